package io.luban.controller.loop;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * What the loops count, under the names that dashboards for Kubernetes controllers know. Loops of one name are told of as
 * one.
 */
public final class LoopMetrics {
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Set<ReconcileLoop> loops = ConcurrentHashMap.newKeySet();
    private final Counter reconciled;
    private final Counter errors;
    private final Counter added;
    private final Counter retried;
    private final Histogram seconds;

    /** Registers the metrics. */
    public LoopMetrics(PrometheusRegistry registry) {
        reconciled = Counter.builder()
                .name("controller_runtime_reconcile_total")
                .help("Reconciliations by how they ended.")
                .labelNames("controller", "result")
                .register(registry);
        errors = Counter.builder()
                .name("controller_runtime_reconcile_errors_total")
                .help("Reconciliations that failed.")
                .labelNames("controller")
                .register(registry);
        added = Counter.builder()
                .name("workqueue_adds_total")
                .help("Keys that were put into the queue, also when they waited there already.")
                .labelNames("name")
                .register(registry);
        retried = Counter.builder()
                .name("workqueue_retries_total")
                .help("Keys that were put there again by their own reconciliation.")
                .labelNames("name")
                .register(registry);
        seconds = Histogram.builder()
                .name("controller_runtime_reconcile_time_seconds")
                .help("How long reconciliations took.")
                .labelNames("controller")
                .classicOnly()
                .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
                .register(registry);
        gauge(registry, "workqueue_depth", "Keys that could be worked on.", "name", ReconcileLoop::depth);
        gauge(
                registry,
                "controller_runtime_active_workers",
                "Keys that are worked on.",
                "controller",
                ReconcileLoop::busy);
        gauge(
                registry,
                "controller_runtime_max_concurrent_reconciles",
                "Keys that are worked on at once at most.",
                "controller",
                ReconcileLoop::width);
    }

    private void gauge(
            PrometheusRegistry registry, String name, String help, String label, ToIntFunction<ReconcileLoop> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(point -> {
                    var sums = new TreeMap<String, Integer>();
                    loops.forEach(loop -> sums.merge(loop.name(), value.applyAsInt(loop), Integer::sum));
                    sums.forEach((loop, sum) -> point.call(sum, loop));
                })
                .register(registry);
    }

    void follow(ReconcileLoop loop) {
        loops.add(loop);
    }

    void forget(ReconcileLoop loop) {
        loops.remove(loop);
    }

    void added(String loop) {
        added.labelValues(loop).inc();
    }

    void reconciled(String loop, Outcome outcome, long nanos) {
        seconds.labelValues(loop).observe(nanos / SECOND);
        switch (outcome) {
            case Outcome.Done done -> reconciled.labelValues(loop, "success").inc();
            case Outcome.Again again -> {
                reconciled
                        .labelValues(loop, again.after().isZero() ? "requeue" : "requeue_after")
                        .inc();
                retried.labelValues(loop).inc();
            }
        }
    }

    void failed(String loop, long nanos) {
        seconds.labelValues(loop).observe(nanos / SECOND);
        reconciled.labelValues(loop, "error").inc();
        errors.labelValues(loop).inc();
        retried.labelValues(loop).inc();
    }
}
