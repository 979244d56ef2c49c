package io.luban.embeddedkube.watch;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Does one task after the other, on a virtual thread that lives while there are any. */
final class Lane implements Executor {
    private static final int MOST_WAITING = 1_000;

    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicInteger unfinished = new AtomicInteger();
    private final Runnable whenFull;

    /** {@code whenFull} is called for each task that finds no room. */
    Lane(Runnable whenFull) {
        this.whenFull = whenFull;
    }

    @Override
    public void execute(Runnable task) {
        if (!waiting.offer(task)) {
            whenFull.run();
        } else if (unfinished.getAndIncrement() == 0) {
            Thread.ofVirtual().name("watch-lane").start(this::work);
        }
    }

    private void work() {
        do {
            var task = waiting.poll();
            if (task != null) {
                task.run();
            }
        } while (unfinished.decrementAndGet() > 0);
    }
}
