package io.luban.apiserver.audit;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Puts things into a queue that may be full. What finds no room waits for it up to one second, on a thread of its own: those
 * who offer are event loops and other queues' threads, which must not wait. The number of those who wait is bounded.
 */
final class LateOffers<T> {
    private static final long PATIENCE_MILLIS = 1000;

    private final BlockingQueue<T> queue;
    private final int most;
    private final Consumer<T> dropped;
    private final Semaphore places;

    /**
     * Offers to the queue.
     *
     * @param most how many may wait at once
     * @param dropped is told what found no room in time
     */
    LateOffers(BlockingQueue<T> queue, int most, Consumer<T> dropped) {
        this.queue = queue;
        this.most = most;
        this.dropped = dropped;
        places = new Semaphore(most);
    }

    /** Never blocks. Nothing may be offered any more once {@code closing} is over. */
    void offer(T item, CountDownLatch closing) {
        if (queue.offer(item)) {
            return;
        }
        if (closing.getCount() == 0 || !places.tryAcquire()) {
            dropped.accept(item);
            return;
        }
        Thread.ofVirtual().name("audit latecomer").start(() -> wait(item));
    }

    private void wait(T item) {
        boolean hasRoom = false;
        try {
            hasRoom = queue.offer(item, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!hasRoom) {
                dropped.accept(item);
            }
            places.release();
        }
    }

    /** Whether somebody still waits for room. */
    boolean isWaiting() {
        return places.availablePermits() < most;
    }
}
