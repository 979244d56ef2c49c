package io.luban.embeddedkube.reconcile;

import io.luban.embeddedkube.store.ObjectKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys that wait for a look: each at most once, so that its size is bounded by the number of objects, and never two looks
 * at one object at a time. Keys may be put off; an immediate addition wins over a later one.
 */
final class WorkQueue {
    private static final Duration FIRST_RETRY = Duration.ofMillis(20);
    private static final Duration LAST_RETRY = Duration.ofMinutes(1);
    private static final int MAX_DOUBLINGS = 12;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashSet<ObjectKey> ready = new LinkedHashSet<>();
    private final Set<ObjectKey> taken = new HashSet<>();
    private final Set<ObjectKey> again = new HashSet<>();
    private final TreeSet<Due> later =
            new TreeSet<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private final Map<ObjectKey, Due> dues = new HashMap<>();
    private final Map<ObjectKey, Integer> failures = new HashMap<>();
    private final long origin = System.nanoTime();
    private long lastNumber;
    private boolean closed;

    /** When a key is due, in nanoseconds since the queue was made. */
    private record Due(ObjectKey key, long at, long number) {}

    void add(ObjectKey key) {
        lock.lock();
        try {
            forgetDue(key);
            if (taken.contains(key)) {
                again.add(key);
            } else if (ready.add(key)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void addAfter(ObjectKey key, Duration delay) {
        lock.lock();
        try {
            if (ready.contains(key) || again.contains(key)) {
                return;
            }
            var due = new Due(key, now() + delay.toNanos(), ++lastNumber);
            var known = dues.get(key);
            if (known == null || due.at() < known.at()) {
                forgetDue(key);
                dues.put(key, due);
                later.add(due);
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

    /** The next key, waiting for one; empty once closed. Whoever takes a key must call {@link #done} for it. */
    Optional<ObjectKey> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long wait = promoteDue();
                if (!ready.isEmpty()) {
                    var key = ready.removeFirst();
                    taken.add(key);
                    if (!ready.isEmpty()) {
                        changed.signal();
                    }
                    return Optional.of(key);
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

    /** The look at the key is over; another one follows when it was added meanwhile. */
    void done(ObjectKey key) {
        lock.lock();
        try {
            taken.remove(key);
            if (again.remove(key)) {
                forgetDue(key);
                ready.add(key);
                changed.signal();
            }
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

    private long now() {
        return System.nanoTime() - origin;
    }

    private void forgetDue(ObjectKey key) {
        var due = dues.remove(key);
        if (due != null) {
            later.remove(due);
        }
    }

    /** Moves what is due to the ready keys; answers the nanoseconds until the next one is. */
    private long promoteDue() {
        long now = now();
        while (!later.isEmpty()) {
            var next = later.first();
            if (next.at() > now) {
                return next.at() - now;
            }
            forgetDue(next.key());
            if (taken.contains(next.key())) {
                again.add(next.key());
            } else {
                ready.add(next.key());
            }
        }
        return Long.MAX_VALUE;
    }
}
