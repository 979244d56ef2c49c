package io.luban.embeddedkube.aggregation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.aggregation.RemoteApis.Answer;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.service.Resolution;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** Asks registered servers whether they answer, when anything around them changes and every half minute. */
final class AvailabilityController implements Controller {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");
    private static final Set<GroupResource> CONCERNS = Set.of(RemoteApis.RESOURCE, SERVICES, SLICES);

    private final Cluster cluster;
    private final RemoteApis apis;
    private final ServiceResolver services;
    private final RemoteProbe probe;

    AvailabilityController(Cluster cluster, RemoteApis apis, ServiceResolver services, RemoteProbe probe) {
        this.cluster = cluster;
        this.apis = apis;
        this.services = services;
        this.probe = probe;
    }

    @Override
    public String name() {
        return "apiservice-availability";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return CONCERNS.contains(resource);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(RemoteApis.RESOURCE)) {
            queue.accept(key);
            return;
        }
        var service = key.resource().equals(SERVICES)
                ? key.name()
                : event.object().labels().getOrDefault("kubernetes.io/service-name", "");
        apis.registered().stream()
                .filter(api -> api.service().namespace().equals(key.namespace())
                        && api.service().name().equals(service))
                .forEach(api -> queue.accept(new ObjectKey(RemoteApis.RESOURCE, "", api.name())));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var api = cluster.get(key).flatMap(RemoteApi::of);
        if (api.isEmpty()) {
            return Outcome.done();
        }
        var result = check(api.get());
        apis.answered(api.get(), result.answer());
        var condition = new Condition("Available", result.answer().available(), result.reason(), result.message());
        cluster.modify(key, "status", object -> with(object, condition));
        return Outcome.again(result.answer().available() ? INTERVAL : RETRY);
    }

    private ObjectNode with(ObjectNode object, Condition condition) {
        Conditions.set(Trees.ensure(object, "status"), condition, cluster.now());
        return object;
    }

    private RemoteProbe.Result check(RemoteApi api) {
        var service = api.service();
        var text = "service/%s in \"%s\"".formatted(service.name(), service.namespace());
        return switch (services.resolve(service)) {
            case Resolution.Found found -> probe.ask(api, found.backend());
            case Resolution.NoService none -> refused("ServiceNotFound", text + " is not present");
            case Resolution.NoPort none ->
                refused("ServicePortError", text + " is not listening on port " + service.port());
            case Resolution.NoEndpoints none ->
                refused("MissingEndpoints", "endpoints for " + text + " have no addresses that answer");
        };
    }

    private static RemoteProbe.Result refused(String reason, String message) {
        return new RemoteProbe.Result(Answer.NONE, reason, message);
    }
}
