package io.luban.embeddedkube.auth;

import java.util.Optional;

/** Knows tokens that others have issued, for instance those of the platform around this API server. */
@FunctionalInterface
public interface TokenChecker {
    /** Knows none. */
    TokenChecker NONE = token -> Optional.empty();

    /** The user of a good token. May block, but not for longer than a request may wait. */
    Optional<User> check(String token);
}
