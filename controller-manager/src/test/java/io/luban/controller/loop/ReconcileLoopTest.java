package io.luban.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final PrometheusRegistry METRICS = new PrometheusRegistry();
    private static final Loops LOOPS = new Loops(new LoopMetrics(METRICS), name -> !name.equals("disabled"));

    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Test
    void a_key_that_waits_is_reconciled_once_however_often_it_is_added() throws Exception {
        var gate = new CountDownLatch(1);
        try (var loop = LOOPS.start("test", 1, key -> {
            gate.await();
            seen.add(key);
            return Outcome.DONE;
        })) {
            loop.add("first");
            for (int i = 0; i < 100; i++) {
                loop.add("second");
            }
            gate.countDown();

            await().atMost(PATIENCE).until(() -> seen.contains("second"));
            await().during(Duration.ofMillis(50)).until(() -> seen.size() == 2);
        }
    }

    @Test
    void one_key_is_never_worked_on_twice_at_a_time() {
        var active = ConcurrentHashMap.<String>newKeySet();
        var collisions = new AtomicInteger();
        var runs = new AtomicInteger();
        try (var loop = LOOPS.start("test", 8, key -> {
            if (!active.add(key)) {
                collisions.incrementAndGet();
            }
            Thread.onSpinWait();
            active.remove(key);
            runs.incrementAndGet();
            return Outcome.DONE;
        })) {
            for (int i = 0; i < 2000; i++) {
                loop.add("key" + i % 5);
            }

            await().atMost(PATIENCE).until(() -> runs.get() >= 5 && active.isEmpty());
        }
        assertThat(collisions).hasValue(0);
    }

    @Test
    void a_failure_is_tried_again_and_does_not_stop_others() {
        try (var loop = LOOPS.start("test", 1, key -> {
            seen.add(key);
            if (key.equals("bad") && seen.stream().filter("bad"::equals).count() < 3) {
                throw new IllegalStateException("not yet");
            }
            return Outcome.DONE;
        })) {
            loop.add("bad");
            loop.add("good");

            await().atMost(PATIENCE)
                    .until(() -> seen.contains("good")
                            && seen.stream().filter("bad"::equals).count() == 3);
        }
    }

    @Test
    void a_key_comes_back_after_the_delay_it_asked_for() {
        try (var loop = LOOPS.start("test", 1, key -> {
            seen.add(key);
            return seen.size() < 3 ? Outcome.again(Duration.ofMillis(10)) : Outcome.DONE;
        })) {
            loop.add("key");

            await().atMost(PATIENCE).until(() -> seen.size() == 3);
        }
    }

    @Test
    void closing_interrupts_and_ends_the_workers() {
        var started = new CountDownLatch(1);
        var interrupted = new AtomicInteger();
        var loop = LOOPS.start("test", 1, key -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
            return Outcome.DONE;
        });
        loop.add("key");
        await().atMost(PATIENCE).until(() -> started.getCount() == 0);

        loop.close();

        assertThat(interrupted).hasValue(1);
    }

    @Test
    void what_loops_do_is_counted_and_one_that_is_disabled_does_nothing() throws Exception {
        var gate = new CountDownLatch(1);
        try (var loop = LOOPS.start("counted", 2, key -> {
                    switch (key) {
                        case "waits" -> gate.await();
                        case "fails" -> throw new IllegalStateException("on purpose");
                        default -> seen.add(key);
                    }
                    return key.equals("again") ? Outcome.again(Duration.ofHours(1)) : Outcome.DONE;
                });
                var disabled = LOOPS.start("disabled", 2, key -> {
                    seen.add("disabled");
                    return Outcome.DONE;
                })) {
            disabled.add("any");
            loop.add("waits");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(metrics())
                            .contains("controller_runtime_active_workers{controller=\"counted\"} 1.0"));
            loop.add("fine");
            loop.add("again");
            loop.add("fails");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(metrics())
                            .contains(
                                    "controller_runtime_reconcile_total{controller=\"counted\",result=\"success\"} 1.0")
                            .contains(
                                    "controller_runtime_reconcile_total{controller=\"counted\",result=\"requeue_after\"} 1.0")
                            .containsPattern(
                                    "controller_runtime_reconcile_errors_total\\{controller=\"counted\"} [1-9]"));
            assertThat(metrics())
                    .contains("controller_runtime_max_concurrent_reconciles{controller=\"counted\"} 2.0")
                    .contains("controller_runtime_max_concurrent_reconciles{controller=\"disabled\"} 0.0")
                    .contains("workqueue_depth{name=\"counted\"}")
                    .contains("controller_runtime_reconcile_time_seconds_bucket{controller=\"counted\",le=\"60.0\"}")
                    .doesNotContain("workqueue_adds_total{name=\"disabled\"}");
            assertThat(seen).doesNotContain("disabled");
            gate.countDown();
        }
        assertThat(metrics()).doesNotContain("workqueue_depth{name=\"counted\"}");
    }

    private static String metrics() throws java.io.IOException {
        var out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.builder().build().write(out, METRICS.scrape());
        return out.toString(StandardCharsets.UTF_8);
    }
}
