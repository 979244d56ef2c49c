package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Many equal watches of one process, each on a connection and a virtual thread of its own. */
final class WatchCrowd implements AutoCloseable {
    private static final int OPENING_AT_ONCE = 32;
    private static final long PATIENCE_SECONDS = 120;

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<WatchConnection> connections = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final LongAdder events = new LongAdder();
    private final Histogram latencies = new Histogram();

    private WatchCrowd() {}

    /** Returns when all of them have the head of their answer. */
    static WatchCrowd open(URI watch, Map<String, String> headers, int count, int bufferBytes) {
        var crowd = new WatchCrowd();
        var permits = new Semaphore(OPENING_AT_ONCE);
        var opened = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            permits.acquireUninterruptibly();
            crowd.executor.execute(() -> {
                try {
                    crowd.connections.add(WatchConnection.open(watch, headers, bufferBytes));
                } catch (IOException e) {
                    crowd.problems.add(String.valueOf(e.getMessage()));
                } finally {
                    permits.release();
                    opened.countDown();
                }
            });
        }
        crowd.await(opened);
        crowd.connections.forEach(connection -> crowd.executor.execute(() -> crowd.read(connection)));
        return crowd;
    }

    private void await(CountDownLatch opened) {
        try {
            if (!opened.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || !problems.isEmpty()) {
                throw new IllegalStateException(
                        "%d watches did not open: %s".formatted(opened.getCount() + problems.size(), problems));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void read(WatchConnection connection) {
        try {
            connection.read(events, latencies);
        } catch (UncheckedIOException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    /** Events that all watches together have received. */
    long events() {
        return events.sum();
    }

    /** Forgets what was received so far; nothing may be under way. */
    void forget() {
        events.reset();
        latencies.clear();
    }

    Histogram latencies() {
        return latencies;
    }

    /** Watches that ended although nobody closed them. */
    int broken() {
        return problems.size();
    }

    /** Waits until that many events were received in all, or {@code seconds} are over; answers how many were. */
    long awaitEvents(long wanted, int seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (events() < wanted && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return events();
    }

    @Override
    public void close() {
        try (executor) {
            connections.forEach(WatchConnection::close);
        }
    }
}
