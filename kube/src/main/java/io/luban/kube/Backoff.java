package io.luban.kube;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing, jittered delays between attempts, doubling from a first to a last one, each ±20 %. Used by one thread. */
final class Backoff {
    private final long first;
    private final long last;
    private long millis;

    Backoff(Duration first, Duration last) {
        this.first = first.toMillis();
        this.last = last.toMillis();
        millis = this.first;
    }

    Duration next() {
        var jittered = millis * ThreadLocalRandom.current().nextLong(80, 121) / 100;
        millis = Math.min(millis * 2, last);
        return Duration.ofMillis(jittered);
    }

    void reset() {
        millis = first;
    }
}
