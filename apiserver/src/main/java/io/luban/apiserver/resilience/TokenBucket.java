package io.luban.apiserver.resilience;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a number of requests through at once and then so many a second. Holds one number, the time at which the bucket would
 * be full again (the generic cell rate algorithm of ITU-T I.371).
 */
final class TokenBucket {
    private final long nanosPerToken;
    private final long capacityNanos;
    private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);

    TokenBucket(double perSecond, int burst) {
        nanosPerToken = Math.max(1, (long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
        capacityNanos = Math.multiplyExact(nanosPerToken, (long) burst);
    }

    /** Takes a token at the time {@code now}; answers 0, or the nanoseconds until there is one. */
    long take(long now) {
        while (true) {
            long before = fullAt.get();
            long from = before == Long.MIN_VALUE ? now : Math.max(before, now);
            long after = from + nanosPerToken;
            long wait = after - now - capacityNanos;
            if (wait > 0) {
                return wait;
            }
            if (fullAt.compareAndSet(before, after)) {
                return 0;
            }
        }
    }
}
