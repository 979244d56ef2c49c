package io.luban.apiserver.authentication;

import java.time.Duration;

/**
 * Rules for logging in.
 *
 * @param maxTries failures within the window that block a user
 * @param window length of the window and of the block
 * @param maxTriesPerAddress failures within ten minutes that block a client address
 * @param multipleLogin whether a login leaves the user's earlier ones alone
 */
public record LoginSettings(int maxTries, Duration window, int maxTriesPerAddress, boolean multipleLogin) {
    /** What applies unless set. */
    public static final LoginSettings DEFAULTS = new LoginSettings(5, Duration.ofMinutes(30), 50, false);
}
