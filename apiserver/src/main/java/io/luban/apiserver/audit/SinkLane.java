package io.luban.apiserver.audit;

import io.prometheus.metrics.core.metrics.Counter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of batches to one sink. It has a bounded queue of its own, so that a sink that is slow or down holds up no other
 * one; what fails is tried again after growing pauses, what finds no room within a second is dropped and counted.
 */
final class SinkLane {
    private static final Logger log = LoggerFactory.getLogger(SinkLane.class);
    private static final int ROOM = 100;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final AuditSink sink;
    private final Counter counted;
    private final BlockingQueue<AuditBatch> waiting = new ArrayBlockingQueue<>(ROOM);
    private final LateOffers<AuditBatch> offers = new LateOffers<>(waiting, ROOM, batch -> count("dropped", batch));
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended;
    private final LongSupplier nanoTime;
    private final AtomicLong lastReport;

    SinkLane(AuditSink sink, Counter counted) {
        this(sink, counted, System::nanoTime);
    }

    /** With another clock, in nanoseconds from any point. */
    SinkLane(AuditSink sink, Counter counted, LongSupplier nanoTime) {
        this.sink = sink;
        this.counted = counted;
        this.nanoTime = nanoTime;
        lastReport = new AtomicLong(nanoTime.getAsLong() - QUIET_NANOS);
        ended = new CountDownLatch(sink.senders());
        for (int i = 0; i < sink.senders(); i++) {
            Thread.ofVirtual().name("audit " + sink, i).start(this::run);
        }
    }

    void offer(AuditBatch batch) {
        offers.offer(batch, closing);
    }

    private void run() {
        try {
            while (closing.getCount() > 0 || offers.isWaiting() || !waiting.isEmpty()) {
                var batch = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (batch != null) {
                    deliver(batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private void deliver(AuditBatch batch) throws InterruptedException {
        var pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                sink.deliver(batch);
                count("delivered", batch);
                return;
            } catch (UncheckedIOException e) {
                report(e);
                if (attempt >= sink.attempts() || closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    count("failed", batch);
                    return;
                }
                pause = pause.multipliedBy(2);
            }
        }
    }

    private void count(String result, AuditBatch batch) {
        counted.labelValues(result).inc(batch.encoded().size());
    }

    /** At most one line a minute: a full disk fails for every batch. */
    private void report(UncheckedIOException cause) {
        long last = lastReport.get();
        long now = nanoTime.getAsLong();
        if (now - last >= QUIET_NANOS && lastReport.compareAndSet(last, now)) {
            log.atError()
                    .addKeyValue("sink", sink.toString())
                    .addKeyValue("cause", cause.toString())
                    .log("audit events were not delivered");
        }
    }

    /** Begins to end: what is waiting is still delivered, once. */
    void finish() {
        closing.countDown();
    }

    /** Waits for the end within the time given, and closes the sink. */
    void awaitEnd(Duration limit) throws InterruptedException {
        if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            log.atWarn().addKeyValue("sink", sink.toString()).log("audit events are lost with the end of the process");
        }
        sink.close();
    }
}
