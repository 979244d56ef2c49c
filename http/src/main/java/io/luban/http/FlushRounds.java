package io.luban.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Flushes the streams of one event loop in rounds. After a round comes a pause in proportion to what the round took, so
 * that an event goes to a few streams at once, while one that goes to a thousand waits a little and shares its record
 * and its system call with those that come meanwhile: streams take a bounded part of the loop, whatever their number.
 */
final class FlushRounds {
    private static final int PAUSE_PER_WORK = 4;
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    /** Flushes between which other work of the loop gets its turn. */
    private static final int AT_ONCE = 32;

    private final Loop loop;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean planned = new AtomicBoolean();
    private final Queue<Runnable> round = new ArrayDeque<>();
    private long worked;
    private long pausedUntil = System.nanoTime();

    FlushRounds(Loop loop) {
        this.loop = loop;
    }

    /** Runs the flush on the loop, soon. Safe from any thread; flushes run in the order in which they were added. */
    void add(Runnable flush) {
        waiting.add(flush);
        plan();
    }

    private void plan() {
        if (planned.compareAndSet(false, true)) {
            loop.execute(this::begin);
        }
    }

    private void begin() {
        long pause = pausedUntil - System.nanoTime();
        if (pause < SHORTEST_PAUSE_NANOS) {
            gather();
        } else {
            loop.vertx().setTimer(Math.ceilDiv(pause, SHORTEST_PAUSE_NANOS), timer -> gather());
        }
    }

    /** What is added from now on belongs to the next round. */
    private void gather() {
        for (var flush = waiting.poll(); flush != null; flush = waiting.poll()) {
            round.add(flush);
        }
        work();
    }

    private void work() {
        long begin = System.nanoTime();
        try {
            for (int done = 0; done < AT_ONCE && !round.isEmpty(); done++) {
                round.remove().run();
            }
        } finally {
            long now = System.nanoTime();
            worked += now - begin;
            goOn(now);
        }
    }

    private void goOn(long now) {
        if (!round.isEmpty()) {
            loop.execute(this::work);
            return;
        }
        pausedUntil = now + Math.min(worked * PAUSE_PER_WORK, LONGEST_PAUSE_NANOS);
        worked = 0;
        planned.set(false);
        if (!waiting.isEmpty()) {
            plan();
        }
    }
}
