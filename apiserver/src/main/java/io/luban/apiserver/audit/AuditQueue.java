package io.luban.apiserver.audit;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects events and delivers them in batches. When it stays full for a second, events are dropped and counted. */
public final class AuditQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AuditQueue.class);
    private static final int CAPACITY = 10_000;
    private static final int MOST_LATE = 1_000;
    private static final Duration LAST_DELIVERY = Duration.ofSeconds(10);

    private final BlockingQueue<AuditEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final int batchSize;
    private final Duration batchInterval;
    private final List<SinkLane> lanes;
    private final LateOffers<AuditEvent> offers;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Starts delivering to the sinks. */
    public AuditQueue(AuditSettings settings, List<AuditSink> sinks, Counter counted) {
        batchSize = settings.batchSize();
        batchInterval = settings.batchInterval();
        offers = new LateOffers<>(
                waiting, MOST_LATE, event -> counted.labelValues("dropped").inc());
        lanes = sinks.stream().map(sink -> new SinkLane(sink, counted)).toList();
        Thread.ofVirtual().name("audit").start(this::run);
    }

    /** The counter of events; one for all queues that follow each other. */
    static Counter counter(PrometheusRegistry registry) {
        return Counter.builder()
                .name("ks_audit_events_total")
                .help("Audit events by what became of them: delivered, dropped for lack of room, or failed.")
                .labelNames("result")
                .register(registry);
    }

    void offer(AuditEvent event) {
        offers.offer(event, closing);
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void run() {
        try {
            while (!isClosed() || offers.isWaiting() || !waiting.isEmpty()) {
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
            long left = isClosed() ? 0 : deadline - System.nanoTime();
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

    private void deliver(List<AuditEvent> events) {
        var batch = AuditBatch.of(events);
        lanes.forEach(lane -> lane.offer(batch));
    }

    /** Delivers what is waiting, for a limited time. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!ended.await(LAST_DELIVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                log.atWarn()
                        .addKeyValue("events", waiting.size())
                        .log("audit events are lost with the end of the process");
            }
            lanes.forEach(SinkLane::finish);
            for (var lane : lanes) {
                lane.awaitEnd(LAST_DELIVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
