package io.luban.apiserver.resilience;

import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.endpoint.Forwarding.Outgoing;
import io.luban.apiserver.extension.ConditionWriter;
import io.luban.apiserver.extension.Definition;
import io.luban.apiserver.extension.ObjectCondition;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.Reply;
import io.luban.http.SourceAddresses;
import io.luban.http.UpstreamClient;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The guards of all backends that ask for one. A guard lives as long as its object asks for the same thing: a change of
 * anything else neither forgets failures nor restarts probes.
 */
public final class Guards implements AutoCloseable {
    private static final String HEALTHY = "Healthy";

    /**
     * A backend as an object of the kind describes it.
     *
     * @param part what of the object it is for, where one object may have several backends
     */
    public record Backend(String kind, Definition definition, String part, Endpoint endpoint, ResiliencePolicy policy) {
        /** The only backend of its object. */
        public Backend(String kind, Definition definition, Endpoint endpoint, ResiliencePolicy policy) {
            this(kind, definition, "", endpoint, policy);
        }

        private String id() {
            return kind + " " + label();
        }

        private String label() {
            return part.isEmpty() ? definition.name() : definition.name() + " " + part;
        }
    }

    private record Watched(Endpoint endpoint, ResiliencePolicy policy, Guard guard) {}

    private final Forwarding forwarding;
    private final UpstreamClient client;
    private final SourceAddresses sources;
    private final ConditionWriter conditions;
    private final Clock clock;
    private final Gauge health;
    private final BackendRequests requests;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final Map<String, Watched> byId = new ConcurrentHashMap<>();

    /** Guards nothing yet. */
    public Guards(
            Forwarding forwarding,
            UpstreamClient client,
            SourceAddresses sources,
            ConditionWriter conditions,
            PrometheusRegistry registry,
            Clock clock) {
        this.forwarding = forwarding;
        this.client = client;
        this.sources = sources;
        this.conditions = conditions;
        this.clock = clock;
        requests = new BackendRequests(registry);
        health = Gauge.builder()
                .name("ks_proxy_upstream_healthy")
                .help("Whether the health check of a backend succeeds: 1 or 0.")
                .labelNames("kind", "name")
                .register(registry);
    }

    /** Takes over what the objects of a kind ask for now; guards of others of that kind are closed. */
    public void retain(String kind, List<Backend> backends) {
        var kept = new HashSet<String>();
        requests.retain(
                kind,
                backends.stream().map(backend -> backend.definition().name()).collect(Collectors.toSet()));
        for (var backend : backends) {
            if (!backend.policy().isUnguarded()) {
                kept.add(backend.id());
                byId.compute(backend.id(), (id, known) -> current(known, backend));
            }
        }
        for (var id : List.copyOf(byId.keySet())) {
            if (id.startsWith(kind + " ") && !kept.contains(id)) {
                close(byId.remove(id));
                health.remove(kind, id.substring(kind.length() + 1));
            }
        }
    }

    private Watched current(@org.jspecify.annotations.Nullable Watched known, Backend backend) {
        if (known != null && known.endpoint.equals(backend.endpoint()) && known.policy.equals(backend.policy())) {
            return known;
        }
        close(known);
        return new Watched(backend.endpoint(), backend.policy(), guard(backend));
    }

    private Guard guard(Backend backend) {
        var policy = backend.policy();
        return new Guard(
                backend.id(),
                policy.healthCheck().map(check -> probe(check, backend)),
                policy.circuitBreaker().map(breaker -> new Circuit(backend.id(), breaker, clock)),
                policy.rateLimit().map(RateLimiter::new),
                policy.rateLimit().map(RateLimitPolicy::key).orElse(RateLimitPolicy.Key.NONE),
                sources);
    }

    private HealthProbe probe(HealthCheckPolicy check, Backend backend) {
        var endpoint = backend.endpoint();
        // the path of a part is that of one file
        var base = backend.part().isEmpty() ? endpoint.prefix() : "";
        var target = HealthProbe.Target.of(check, headers -> forwarding.way(endpoint, headers), base);
        health.labelValues(backend.kind(), backend.label()).set(1);
        return new HealthProbe(check, target, client, (healthy, error) -> tell(backend, healthy, error), random)
                .started(backend.id());
    }

    private void tell(Backend backend, boolean healthy, String error) {
        health.labelValues(backend.kind(), backend.label()).set(healthy ? 1 : 0);
        var condition = healthy
                ? new ObjectCondition(HEALTHY, true, "ProbeSucceeded", "the health check succeeds")
                : new ObjectCondition(HEALTHY, false, "ProbeFailed", told(backend, error));
        conditions.report(
                backend.kind(), backend.definition(), List.of(others(backend).orElse(condition)));
    }

    private static String told(Backend backend, String error) {
        return backend.part().isEmpty() ? error : backend.part() + ": " + error;
    }

    /** What has to be said of an object whose other backend fails. */
    private Optional<ObjectCondition> others(Backend backend) {
        if (backend.part().isEmpty()) {
            return Optional.empty();
        }
        var object = backend.kind() + " " + backend.definition().name() + " ";
        return byId.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(object) && !entry.getKey().equals(backend.id()))
                .filter(entry -> !entry.getValue().guard().isHealthy())
                .map(entry -> new ObjectCondition(
                        HEALTHY, false, "ProbeFailed", entry.getKey().substring(object.length()) + " is not healthy"))
                .findFirst();
    }

    /** Forwards to the backend, as far as its guard allows. */
    public Reply forward(Backend backend, Exchange exchange, Outgoing outgoing) {
        var watched = backend.policy().isUnguarded() ? null : byId.get(backend.id());
        var reply = watched == null
                ? forwarding.to(backend.endpoint(), outgoing)
                : watched.guard.pass(
                        exchange,
                        passage -> forwarding.to(
                                backend.endpoint(), outgoing.with(passage.watching(outgoing.inspector()))));
        return new Reply.Observed(
                reply, requests.of(backend.kind(), backend.definition().name()));
    }

    /** An answer made here in the place of the backend's, as often as the backend may be asked. */
    public Reply limited(Backend backend, Exchange exchange, Reply answer) {
        var watched = backend.policy().isUnguarded() ? null : byId.get(backend.id());
        return watched == null ? answer : watched.guard.limited(exchange, answer);
    }

    private static void close(@org.jspecify.annotations.Nullable Watched watched) {
        if (watched != null) {
            watched.guard.close();
        }
    }

    @Override
    public void close() {
        new HashMap<>(byId).values().forEach(Guards::close);
        byId.clear();
    }
}
