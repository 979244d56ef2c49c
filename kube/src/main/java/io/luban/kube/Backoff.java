package io.luban.kube;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing, jittered delays between attempts: 100 ms doubling to 20 s, each ±20 %. Used by one thread. */
final class Backoff {
    /** Between two questions for a kind that is not served. */
    static final Duration NOT_SERVED = Duration.ofMillis(500);

    private static final long FIRST_MILLIS = 100;
    private static final long LAST_MILLIS = 20_000;

    private long millis = FIRST_MILLIS;

    Duration next() {
        var jittered = millis * ThreadLocalRandom.current().nextLong(80, 121) / 100;
        millis = Math.min(millis * 2, LAST_MILLIS);
        return Duration.ofMillis(jittered);
    }

    void reset() {
        millis = FIRST_MILLIS;
    }
}
