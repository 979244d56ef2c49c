package io.luban.extensionformat.remote;

import java.time.Duration;

/** A point in time by which a whole piece of work has to be done, however many calls it takes. */
public final class Deadline {
    private final long atNanos;
    private final Duration limit;

    private Deadline(long atNanos, Duration limit) {
        this.atNanos = atNanos;
        this.limit = limit;
    }

    /** The time that is {@code limit} away. */
    public static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos(), limit);
    }

    /** What is left; throws {@link RemoteException} when nothing is. */
    public Duration left() {
        long left = atNanos - System.nanoTime();
        if (left <= 0) {
            throw new RemoteException("not done within " + limit.toSeconds() + " s");
        }
        return Duration.ofNanos(left);
    }
}
