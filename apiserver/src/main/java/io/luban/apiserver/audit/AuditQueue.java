package io.luban.apiserver.audit;

import io.luban.model.Json;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects events and delivers them in batches. When it is full, events are dropped and counted. */
public final class AuditQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AuditQueue.class);
    private static final int CAPACITY = 10_000;
    private static final Duration LAST_DELIVERY = Duration.ofSeconds(10);

    private final BlockingQueue<AuditEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final int batchSize;
    private final Duration batchInterval;
    private final List<AuditSink> sinks;
    private final Counter counted;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    /** Starts delivering to the sinks of the settings. */
    public AuditQueue(AuditSettings settings, List<AuditSink> sinks, PrometheusRegistry registry) {
        batchSize = settings.batchSize();
        batchInterval = settings.batchInterval();
        this.sinks = List.copyOf(sinks);
        counted = Counter.builder()
                .name("ks_audit_events_total")
                .help("Audit events by what became of them: delivered, dropped for lack of room, or failed.")
                .labelNames("result")
                .register(registry);
        Thread.ofVirtual().name("audit").start(this::run);
    }

    void offer(AuditEvent event) {
        if (!waiting.offer(event)) {
            counted.labelValues("dropped").inc();
        }
    }

    private void run() {
        try {
            while (!closed || !waiting.isEmpty()) {
                var batch = nextBatch();
                if (!batch.isEmpty()) {
                    deliver(batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private List<AuditEvent> nextBatch() throws InterruptedException {
        var batch = new ArrayList<AuditEvent>();
        long deadline = System.nanoTime() + batchInterval.toNanos();
        while (batch.size() < batchSize) {
            long left = closed ? 0 : deadline - System.nanoTime();
            var event =
                    waiting.poll(Math.max(0, Math.min(left, TimeUnit.MILLISECONDS.toNanos(200))), TimeUnit.NANOSECONDS);
            if (event != null) {
                batch.add(event);
            } else if (left <= 0) {
                break;
            }
        }
        return batch;
    }

    private void deliver(List<AuditEvent> batch) {
        var encoded = batch.stream().map(event -> Json.bytes(event.json())).toList();
        boolean all = true;
        for (var sink : sinks) {
            try {
                sink.deliver(encoded);
            } catch (UncheckedIOException e) {
                all = false;
                log.atError()
                        .addKeyValue("sink", sink.toString())
                        .addKeyValue("cause", e.toString())
                        .log("audit events were not delivered");
            }
        }
        counted.labelValues(all ? "delivered" : "failed").inc(batch.size());
    }

    /** Delivers what is waiting, for a limited time. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!ended.await(LAST_DELIVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                log.atWarn()
                        .addKeyValue("events", waiting.size())
                        .log("audit events are lost with the end of the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sinks.forEach(AuditSink::close);
    }
}
