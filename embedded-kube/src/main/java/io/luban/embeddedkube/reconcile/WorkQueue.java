package io.luban.embeddedkube.reconcile;

import io.luban.embeddedkube.store.ObjectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys that wait for a look: each at most once, so that its size is bounded by the number of objects. Keys may be put
 * off; an immediate addition wins over a later one.
 */
final class WorkQueue {
    private static final Duration FIRST_RETRY = Duration.ofMillis(20);
    private static final Duration LAST_RETRY = Duration.ofMinutes(1);
    private static final int MAX_DOUBLINGS = 12;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashSet<ObjectKey> ready = new LinkedHashSet<>();
    private final Map<ObjectKey, Long> later = new HashMap<>();
    private final Map<ObjectKey, Integer> failures = new HashMap<>();
    private boolean closed;

    void add(ObjectKey key) {
        lock.lock();
        try {
            later.remove(key);
            if (ready.add(key)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void addAfter(ObjectKey key, Duration delay) {
        lock.lock();
        try {
            if (!ready.contains(key)) {
                later.merge(key, System.nanoTime() + delay.toNanos(), Math::min);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Puts the key off, longer after each failure in a row; answers how many there were. */
    int retry(ObjectKey key) {
        lock.lock();
        try {
            int count = failures.merge(key, 1, Integer::sum);
            var delay = FIRST_RETRY.multipliedBy(1L << Math.min(count - 1, MAX_DOUBLINGS));
            addAfter(key, delay.compareTo(LAST_RETRY) < 0 ? delay : LAST_RETRY);
            return count;
        } finally {
            lock.unlock();
        }
    }

    void succeeded(ObjectKey key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** The next key, waiting for one; empty once closed. */
    Optional<ObjectKey> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long wait = promoteDue();
                if (!ready.isEmpty()) {
                    return Optional.of(ready.removeFirst());
                }
                if (wait == Long.MAX_VALUE) {
                    changed.await();
                } else {
                    changed.await(wait, TimeUnit.NANOSECONDS);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Moves what is due to the ready keys; answers the nanoseconds until the next one is. */
    private long promoteDue() {
        long now = System.nanoTime();
        long wait = Long.MAX_VALUE;
        for (var entries = later.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            long left = entry.getValue() - now;
            if (left <= 0) {
                ready.add(entry.getKey());
                entries.remove();
            } else {
                wait = Math.min(wait, left);
            }
        }
        return wait;
    }
}
