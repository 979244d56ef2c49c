package io.luban.apiserver.authentication.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.luban.model.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts failed logins per key (a user, an address) within a window that begins at the first failure. A full count
 * blocks the key until the window ends.
 */
public final class LoginThrottle {
    private static final int KEYS = 100_000;

    private record Failures(AtomicInteger count, Instant end) {}

    private volatile int maxTries;
    private volatile Duration window;
    private final Clock clock;
    private final Cache<String, Failures> failures;

    /** Blocks a key for the rest of the window at the {@code maxTries}-th failure. */
    public LoginThrottle(int maxTries, Duration window, Clock clock) {
        this.maxTries = maxTries;
        this.window = window;
        this.clock = clock;
        Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        failures = Caffeine.newBuilder()
                .expireAfterWrite(window)
                .maximumSize(KEYS)
                .ticker(ticker)
                .build();
    }

    /** Goes by other limits from now on; failures counted before keep counting. */
    public void limit(int changedTries, Duration changedWindow) {
        maxTries = changedTries;
        window = changedWindow;
        failures.policy().expireAfterWrite().ifPresent(expiry -> expiry.setExpiresAfter(changedWindow));
    }

    /** Throws a 429 with the time left when the key is blocked. */
    public void check(String key) {
        var known = failures.getIfPresent(key);
        if (known == null || known.count.get() < maxTries) {
            return;
        }
        var left = Duration.between(clock.instant(), known.end).toSeconds() + 1;
        if (left > 0) {
            throw ApiException.tooManyRequests("too many failed logins, try again later", Math.toIntExact(left));
        }
    }

    /** Counts a failure. */
    public void failed(String key) {
        failures.get(
                        key,
                        absent -> new Failures(
                                new AtomicInteger(), clock.instant().plus(window)))
                .count
                .incrementAndGet();
    }

    /** Forgets the key's failures. */
    public void succeeded(String key) {
        failures.invalidate(key);
    }
}
