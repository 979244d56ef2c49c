package io.luban.apiserver.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts requests that address no resource, by the beginning of their path. Every counter is looked up by its labels once;
 * afterwards a request costs one array access.
 */
public final class PathMetrics {
    private static final String[] CLASSES = {
        "/api",
        "/apis",
        "/kapis",
        "/oauth",
        "/dist",
        "/static",
        "/proxy",
        "/res",
        "/healthz",
        "/livez",
        "/readyz",
        "/metrics",
        "/version",
        "/openapi",
        "/.well-known",
        "other"
    };
    private static final String[] METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"};
    private static final int CODES = 600;

    private final Counter total;
    private final AtomicReferenceArray<CounterDataPoint> known =
            new AtomicReferenceArray<>(CLASSES.length * METHODS.length * CODES);

    /** Registers its metric. */
    public PathMetrics(PrometheusRegistry registry) {
        total = Counter.builder()
                .name("ks_server_nonresource_request_total")
                .help(
                        "Requests answered that address no resource, by the beginning of their path, method and status code.")
                .labelNames("path_class", "method", "code")
                .register(registry);
    }

    /** Counts a request that is over. */
    public void observe(String path, String method, int code) {
        int place = classOf(path);
        int verb = methodOf(method);
        int status = Math.clamp(code, 0, CODES - 1);
        int slot = (place * METHODS.length + verb) * CODES + status;
        var counter = known.getPlain(slot);
        if (counter == null) {
            counter = total.labelValues(CLASSES[place], METHODS[verb], Integer.toString(status));
            known.set(slot, counter);
        }
        counter.inc();
    }

    private static int classOf(String path) {
        for (int i = 0; i < CLASSES.length - 1; i++) {
            int length = CLASSES[i].length();
            if (path.startsWith(CLASSES[i]) && (path.length() == length || path.charAt(length) == '/')) {
                return i;
            }
        }
        return CLASSES.length - 1;
    }

    private static int methodOf(String method) {
        for (int i = 0; i < METHODS.length - 1; i++) {
            if (METHODS[i].equals(method)) {
                return i;
            }
        }
        return METHODS.length - 1;
    }
}
