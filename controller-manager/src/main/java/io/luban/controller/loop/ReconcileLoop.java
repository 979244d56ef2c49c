package io.luban.controller.loop;

import io.luban.model.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off keys on virtual threads. A key that is added again while it waits is one key; while it is worked on, it is
 * worked on once more afterwards. So the number of keys waiting never exceeds the number of objects.
 *
 * <p>All state is guarded by {@code lock}; reconcilers run outside it.
 */
public final class ReconcileLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReconcileLoop.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LAST_DELAY = Duration.ofSeconds(60);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final int width;
    private final Reconciler reconciler;
    private final LoopMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Long> dueNanos = new HashMap<>();
    private final Set<String> working = new HashSet<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private boolean closed;

    private ReconcileLoop(String name, int width, Reconciler reconciler, LoopMetrics metrics) {
        this.name = name;
        this.width = width;
        this.reconciler = reconciler;
        this.metrics = metrics;
    }

    /** Starts the workers of a controller; without any it drops every key. */
    static ReconcileLoop start(String name, int workers, Reconciler reconciler, LoopMetrics metrics) {
        var loop = new ReconcileLoop(name, workers, reconciler, metrics);
        metrics.follow(loop);
        for (int i = 0; i < workers; i++) {
            loop.workers.add(
                    Thread.ofVirtual().name("reconcile " + name + " " + i).start(loop::work));
        }
        return loop;
    }

    /** Has the key reconciled soon; never blocks. */
    public void add(String key) {
        addAfter(key, Duration.ZERO);
    }

    /** Has the key reconciled after a while, or sooner if something else asks for it. */
    public void addAfter(String key, Duration delay) {
        if (width == 0) {
            return;
        }
        metrics.added(name);
        lock.lock();
        try {
            dueNanos.merge(key, System.nanoTime() + delay.toNanos(), Math::min);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    String name() {
        return name;
    }

    /** How many keys are worked on at once at most. */
    int width() {
        return width;
    }

    /** How many keys are worked on now. */
    int busy() {
        lock.lock();
        try {
            return working.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many keys could be worked on now if there were somebody. */
    int depth() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return (int)
                    dueNanos.values().stream().filter(due -> due - now <= 0).count();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        metrics.forget(this);
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        workers.forEach(Thread::interrupt);
        try {
            for (var worker : workers) {
                worker.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            for (var key = take(); !key.isEmpty(); key = take()) {
                finish(key, reconcile(key));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a key that is due and nobody works on; empty when the loop is closed. */
    private String take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long now = System.nanoTime();
                long wait = Long.MAX_VALUE;
                for (var entry : dueNanos.entrySet()) {
                    if (working.contains(entry.getKey())) {
                        continue;
                    }
                    long left = entry.getValue() - now;
                    if (left <= 0) {
                        var key = entry.getKey();
                        dueNanos.remove(key);
                        working.add(key);
                        return key;
                    }
                    wait = Math.min(wait, left);
                }
                changed.await(wait, TimeUnit.NANOSECONDS);
            }
            return "";
        } finally {
            lock.unlock();
        }
    }

    private Outcome reconcile(String key) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            var outcome = reconciler.reconcile(key);
            forgetFailures(key);
            metrics.reconciled(name, outcome, System.nanoTime() - begun);
            return outcome;
        } catch (RuntimeException e) {
            // the border of a reconciliation: one object that fails must not stop the others
            metrics.failed(name, System.nanoTime() - begun);
            var delay = delayAfterFailure(key);
            var event = log.atWarn()
                    .addKeyValue("controller", name)
                    .addKeyValue("name", key)
                    .addKeyValue("retryMs", delay.toMillis());
            (e instanceof ApiException ? event.addKeyValue("cause", e.getMessage()) : event.setCause(e))
                    .log("reconciliation failed, trying again");
            return Outcome.again(delay);
        }
    }

    private void finish(String key, Outcome outcome) {
        lock.lock();
        try {
            working.remove(key);
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (outcome instanceof Outcome.Again again) {
            addAfter(key, again.after());
        }
    }

    private Duration delayAfterFailure(String key) {
        lock.lock();
        try {
            int count = failures.merge(key, 1, Integer::sum);
            var delay = FIRST_DELAY.multipliedBy(1L << Math.min(count - 1, 16));
            return delay.compareTo(LAST_DELAY) > 0 ? LAST_DELAY : delay;
        } finally {
            lock.unlock();
        }
    }

    private void forgetFailures(String key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }
}
