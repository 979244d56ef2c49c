package io.luban.apiserver.metrics;

import io.luban.apiserver.pipeline.RequestInfo;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times requests of named API groups; the core group and plain paths are not counted, as dashboards expect.
 * A resource gets its own labels once a request to it has succeeded, up to a limit, so that invented names cannot fill
 * the memory; until then it counts as {@code other}.
 */
public final class RequestMetrics {
    private static final double[] BUCKETS = {
        0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5,
        4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60
    };
    private static final int MOST_SERIES = 2_000;
    private static final int HIGHEST_CODE = 599;
    private static final String OTHER = "other";
    private static final Set<String> VERBS = Set.of(
            "get",
            "list",
            "watch",
            "create",
            "update",
            "patch",
            "delete",
            "deletecollection",
            "proxy",
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS");

    private record Key(String verb, String group, String version, String resource) {}

    private record Resource(String group, String version, String resource) {}

    /** The data points of one combination of labels, looked up once; counters by status code. */
    private record Series(
            DistributionDataPoint duration,
            IntFunction<CounterDataPoint> counters,
            AtomicReferenceArray<@Nullable CounterDataPoint> byCode) {
        CounterDataPoint total(int code) {
            int slot = Math.clamp(code, 0, HIGHEST_CODE);
            var known = byCode.get(slot);
            if (known == null) {
                known = counters.apply(code);
                byCode.set(slot, known);
            }
            return known;
        }
    }

    private final Counter total;
    private final Histogram duration;
    private final Map<Key, Series> series = new ConcurrentHashMap<>();
    private final Set<Resource> served = ConcurrentHashMap.newKeySet();

    /** Registers its metrics. */
    public RequestMetrics(PrometheusRegistry registry) {
        total = Counter.builder()
                .name("ks_server_request_total")
                .help("Requests answered, by verb, group, version, resource and status code.")
                .labelNames("verb", "group", "version", "resource", "code")
                .register(registry);
        duration = Histogram.builder()
                .name("ks_server_request_duration_seconds")
                .help("Time until a request was answered completely, by verb, group, version and resource.")
                .labelNames("verb", "group", "version", "resource")
                .classicOnly()
                .classicUpperBounds(BUCKETS)
                .register(registry);
    }

    /** Whether requests like this are counted. */
    public static boolean counts(RequestInfo info) {
        return !info.apiGroup().isEmpty();
    }

    /** Counts a request that is over. */
    public void observe(RequestInfo info, int code, double seconds) {
        var key = new Key(info.verb(), info.apiGroup(), info.apiVersion(), info.resource());
        var known = series.get(key);
        if (known == null) {
            boolean mayBeNew = isServed(key, code) && series.size() < MOST_SERIES;
            var verb = VERBS.contains(key.verb) ? key.verb : OTHER;
            var labels =
                    mayBeNew ? new Key(verb, key.group, key.version, key.resource) : new Key(verb, OTHER, OTHER, OTHER);
            known = series.computeIfAbsent(labels, this::register);
        }
        known.duration.observe(seconds);
        known.total(code).inc();
    }

    /** Whether a request to the resource has succeeded, with whichever verb. */
    private boolean isServed(Key key, int code) {
        var resource = new Resource(key.group, key.version, key.resource);
        if (code < 400 && served.size() < MOST_SERIES) {
            served.add(resource);
        }
        return served.contains(resource);
    }

    private Series register(Key key) {
        return new Series(
                duration.labelValues(key.verb, key.group, key.version, key.resource),
                code -> total.labelValues(key.verb, key.group, key.version, key.resource, Integer.toString(code)),
                new AtomicReferenceArray<>(HIGHEST_CODE + 1));
    }
}
