package io.luban.benchmarks;

import java.util.concurrent.atomic.AtomicLongArray;

/** Durations in steps of a tenth of a millisecond, filled by many threads. */
final class Histogram {
    private static final long STEP_NANOS = 100_000;
    private static final int STEPS = 200_000;

    private final AtomicLongArray counts = new AtomicLongArray(STEPS);

    void add(long nanos) {
        counts.incrementAndGet(Math.clamp(nanos / STEP_NANOS, 0, STEPS - 1));
    }

    /** Forgets all; nobody may be adding meanwhile. */
    void clear() {
        for (int i = 0; i < STEPS; i++) {
            counts.set(i, 0);
        }
    }

    /** Milliseconds below which that share of all durations lies; 0 when there are none. */
    double milliseconds(double share) {
        long total = 0;
        for (int i = 0; i < STEPS; i++) {
            total += counts.get(i);
        }
        long left = (long) (total * share);
        for (int i = 0; i < STEPS && total > 0; i++) {
            left -= counts.get(i);
            if (left < 0) {
                return (i + 1) * (STEP_NANOS / 1e6);
            }
        }
        return 0;
    }
}
