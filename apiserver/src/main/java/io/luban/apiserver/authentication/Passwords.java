package io.luban.apiserver.authentication;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Hashes and compares passwords. As many at a time as there are processors, so that logins cannot starve everything
 * else; always blocks, never call it on an event loop.
 */
public final class Passwords {
    private static final int COST = 10;
    private static final int LONGEST_BYTES = 72;
    private static final long WAIT_SECONDS = 30;
    private static final int RETRY_AFTER_SECONDS = 5;

    /** A hash of nothing anybody can type; spent on unknown users so that timing does not tell who exists. */
    private static final String DUMMY = "$2a$10$abcdefghijklmnopqrstuu5QqlbS1EmWcGAhS7fLGtm7b2pSpl0zK";

    private final Semaphore permits = new Semaphore(Runtime.getRuntime().availableProcessors());

    /** Whether a stored password is a bcrypt text. */
    static boolean isHash(String stored) {
        return stored.length() == 60
                && (stored.startsWith("$2a$") || stored.startsWith("$2b$") || stored.startsWith("$2y$"));
    }

    /** Whether bcrypt can tell the password from longer ones. */
    static boolean fits(String password) {
        return password.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES;
    }

    /** The text to store for a password. */
    public String hash(String password) {
        return limited(() -> BCrypt.withDefaults().hashToString(COST, password.toCharArray()));
    }

    /** Whether the password is the one that was hashed. */
    boolean verify(String password, String hash) {
        if (!fits(password)) {
            return false;
        }
        return limited(() -> BCrypt.verifyer().verify(password.toCharArray(), hash.toCharArray()).verified);
    }

    /** Takes as long as {@link #verify}. */
    void pretend(String password) {
        verify(password, DUMMY);
    }

    private <T> T limited(java.util.function.Supplier<T> work) {
        try {
            if (!permits.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw ApiException.tooManyRequests("too many logins at a time", RETRY_AFTER_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is stopping");
        }
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }
}
