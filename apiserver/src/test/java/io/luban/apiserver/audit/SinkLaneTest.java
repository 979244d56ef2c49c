package io.luban.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.luban.apiserver.LogLines;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events when a sink fails or hangs. */
class SinkLaneTest {
    private final Counter counted = AuditQueue.counter(new PrometheusRegistry());
    private final AtomicLong nanos = new AtomicLong(Long.MIN_VALUE);

    private record Sink(Consumer<AuditBatch> delivery) implements AuditSink {
        @Override
        public void deliver(AuditBatch batch) {
            delivery.accept(batch);
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "sink of the test";
        }
    }

    private long count(String result) {
        return (long) counted.labelValues(result).get();
    }

    private static AuditBatch batch(int events) {
        return new AuditBatch(List.of(), java.util.Collections.nCopies(events, new byte[] {'{', '}'}));
    }

    private static AuditEvent event() {
        var asked = new AuditEvent.Asked(RequestInfo.UNKNOWN, "get", "", "", "");
        return new AuditEvent(
                "id",
                AuditLevel.METADATA,
                new AuditEvent.Place("", "", "", ""),
                asked,
                User.ANONYMOUS,
                200,
                new byte[0],
                new byte[0],
                Instant.EPOCH,
                Instant.EPOCH,
                Map.of());
    }

    @Test
    void a_full_disk_is_reported_once_a_minute_and_every_lost_event_is_counted() throws InterruptedException {
        var full = new Sink(batch -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        });
        try (var said = new LogLines(SinkLane.class.getName(), Level.ERROR)) {
            var lane = new SinkLane(full, counted, nanos::get);
            for (int i = 1; i <= 20; i++) {
                lane.offer(batch(5));
                long lost = i * 5L;
                await().until(() -> count("failed") == lost);
            }
            assertThat(said.all())
                    .singleElement()
                    .asString()
                    .contains("ERROR audit events were not delivered", "sink of the test", "No space left");

            nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
            lane.offer(batch(1));
            await().until(() -> count("failed") == 101);
            assertThat(said.all()).hasSize(1);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            lane.offer(batch(1));
            await().until(() -> count("failed") == 102);
            assertThat(said.all()).hasSize(2);
            lane.finish();
            lane.awaitEnd(Duration.ofSeconds(5));
        }
    }

    @Test
    @Timeout(60)
    void a_sink_that_hangs_holds_nobody_up_and_what_finds_no_room_is_counted() {
        var release = new CountDownLatch(1);
        var hanging = new Sink(batch -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var settings = new AuditSettings(
                AuditLevel.METADATA,
                1,
                Duration.ofMillis(1),
                0,
                false,
                false,
                List.of(),
                List.of(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty());
        var queue = new AuditQueue(settings, List.of(hanging), counted);
        for (int i = 0; i < 500; i++) {
            queue.offer(event());
        }
        // one is on its way, a hundred wait, a hundred more wait for a second
        await().until(() -> count("dropped") == 500 - 101);
        release.countDown();
        await().until(() -> count("delivered") == 101);
        queue.close();
    }

    @Test
    @Timeout(60)
    void what_finds_no_room_waits_a_moment_for_it() throws InterruptedException {
        var release = new CountDownLatch(1);
        var hanging = new Sink(batch -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var lane = new SinkLane(hanging, counted);
        long begun = System.nanoTime();
        for (int i = 0; i < 150; i++) {
            lane.offer(batch(1));
        }
        release.countDown();
        await().pollInterval(Duration.ofMillis(10)).until(() -> count("delivered") + count("dropped") == 150);
        boolean inTime = System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(1);
        lane.finish();
        lane.awaitEnd(Duration.ofSeconds(5));
        assumeTrue(inTime, "the machine stood still for longer than room is waited for");
        assertThat(count("dropped")).isZero();
    }
}
