package io.luban.apiserver.resilience;

import io.luban.http.Reply;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts what was forwarded to which backend; a backend's counters are looked up once and go away with its object. */
final class BackendRequests {
    private static final int CODES = 600;

    private final Counter total;
    private final Map<String, Map<String, Consumer<Reply.Completion>>> byKind = new ConcurrentHashMap<>();

    BackendRequests(PrometheusRegistry registry) {
        total = Counter.builder()
                .name("ks_proxy_requests_total")
                .help(
                        "Requests forwarded to backends of extensions, by the object's kind and name and the status code.")
                .labelNames("kind", "name", "code")
                .register(registry);
    }

    /** What to tell of the end of a request to the backend of that object. */
    Consumer<Reply.Completion> of(String kind, String name) {
        var names = byKind.get(kind);
        if (names == null) {
            names = byKind.computeIfAbsent(kind, added -> new ConcurrentHashMap<>());
        }
        var known = names.get(name);
        return known == null ? names.computeIfAbsent(name, added -> new Codes(total, kind, name)) : known;
    }

    /** Forgets the objects of a kind that are gone. */
    void retain(String kind, Set<String> names) {
        var known = byKind.getOrDefault(kind, Map.of());
        for (var name : Set.copyOf(known.keySet())) {
            if (!names.contains(name)) {
                known.remove(name);
                for (int code = 0; code < CODES; code++) {
                    total.remove(kind, name, Integer.toString(code));
                }
            }
        }
    }

    /** The counters of one backend. */
    private record Codes(
            Counter total, String kind, String name, AtomicReferenceArray<@Nullable CounterDataPoint> byCode)
            implements Consumer<Reply.Completion> {
        Codes(Counter total, String kind, String name) {
            this(total, kind, name, new AtomicReferenceArray<>(CODES));
        }

        @Override
        public void accept(Reply.Completion completion) {
            int code = Math.clamp(completion.status(), 0, CODES - 1);
            var counter = byCode.get(code);
            if (counter == null) {
                counter = total.labelValues(kind, name, Integer.toString(code));
                byCode.set(code, counter);
            }
            counter.inc();
        }
    }
}
