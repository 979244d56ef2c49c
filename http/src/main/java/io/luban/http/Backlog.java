package io.luban.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes queued towards a client, and the place where blocking producers wait until there are few enough. */
final class Backlog {
    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean awaited;
    private volatile boolean over;

    long bytes() {
        return bytes.get();
    }

    void add(long more) {
        bytes.addAndGet(more);
    }

    void remove(long taken) {
        bytes.addAndGet(-taken);
        signal();
    }

    /** Nobody takes anything any more. */
    void end() {
        over = true;
        signal();
    }

    /** Waits until at most {@code limit} bytes are queued; false when that did not come to pass. */
    boolean await(long limit, Duration deadline) throws InterruptedException {
        if (bytes.get() <= limit && !over) {
            return true;
        }
        long remaining = deadline.toNanos();
        lock.lock();
        try {
            awaited = true;
            while (!over && bytes.get() > limit && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
            return !over && bytes.get() <= limit;
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        if (awaited || over) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
