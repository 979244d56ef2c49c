package io.luban.apiserver.resilience;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests of each key; keys that were not seen lately are forgotten. */
final class RateLimiter {
    private static final int MOST_KEYS = 10_000;

    /** Rate and number of running requests of a key. */
    private record Account(TokenBucket bucket, AtomicInteger running) {}

    private final RateLimitPolicy policy;
    private final LoadingCache<String, Account> accounts;

    RateLimiter(RateLimitPolicy policy) {
        this.policy = policy;
        double rate = policy.requestsPerSecond() == 0 ? Double.MAX_VALUE : policy.requestsPerSecond();
        accounts = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .build(key -> new Account(new TokenBucket(rate, policy.burst()), new AtomicInteger()));
    }

    /** A permission to send one request. */
    sealed interface Permit {
        /** Granted; {@link #release} when the request is over. */
        record Granted(Runnable release) implements Permit {}

        /** Refused for at least so many seconds. */
        record Refused(long retryAfterSeconds, String reason) implements Permit {}
    }

    Permit acquire(String key, long nanoTime) {
        var account = accounts.get(key);
        if (policy.maxConcurrent() > 0 && account.running.incrementAndGet() > policy.maxConcurrent()) {
            account.running.decrementAndGet();
            return new Permit.Refused(1, "%d requests are running already".formatted(policy.maxConcurrent()));
        }
        long wait = policy.requestsPerSecond() == 0 ? 0 : account.bucket.take(nanoTime);
        if (wait > 0) {
            release(account);
            long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(wait + TimeUnit.SECONDS.toNanos(1) - 1));
            return new Permit.Refused(seconds, "more than %s requests per second".formatted(rate()));
        }
        return new Permit.Granted(() -> release(account));
    }

    /** How many keys are remembered. */
    long keys() {
        accounts.cleanUp();
        return accounts.estimatedSize();
    }

    private String rate() {
        double rate = policy.requestsPerSecond();
        return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
    }

    private void release(Account account) {
        if (policy.maxConcurrent() > 0) {
            account.running.decrementAndGet();
        }
    }
}
