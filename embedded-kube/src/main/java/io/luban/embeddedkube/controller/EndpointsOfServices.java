package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.SimulationMark;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Keeps Endpoints and EndpointSlices of every Service with a selector equal to the pods that it selects. */
public final class EndpointsOfServices implements Controller {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");

    private final Cluster cluster;

    /** Serves the Services of that cluster. */
    public EndpointsOfServices(Cluster cluster) {
        this.cluster = cluster.as("endpoint-controller");
    }

    @Override
    public String name() {
        return "endpoints";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(SERVICES) || resource.equals(PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        // a pod may belong to any Service of its namespace, and stands for all of them
        queue.accept(key.resource().equals(SERVICES) ? key : new ObjectKey(PODS, key.namespace(), ""));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var pods = cluster.list(PODS, key.namespace());
        if (key.resource().equals(PODS)) {
            cluster.list(SERVICES, key.namespace()).forEach(service -> reconcile(service, pods));
        } else {
            cluster.get(key).ifPresentOrElse(service -> reconcile(service, pods), () -> deleteEndpoints(key));
        }
        return Outcome.done();
    }

    /** The slice goes with its owner; Endpoints have none. */
    private void deleteEndpoints(ObjectKey service) {
        cluster.get(ENDPOINTS, service.namespace(), service.name())
                .filter(endpoints -> Trees.labels(endpoints).containsKey(EndpointForms.MANAGED_BY))
                .ifPresent(endpoints -> cluster.delete(Cluster.key(ENDPOINTS, endpoints), Trees.uid(endpoints)));
    }

    private void reconcile(ObjectNode service, List<ObjectNode> pods) {
        var selector = Trees.texts(Trees.at(service, "spec", "selector"));
        if (selector.isEmpty()
                || Trees.isTerminating(service)
                || Trees.text(service, "spec", "type").equals("ExternalName")) {
            return;
        }
        var backends = pods.stream()
                .filter(pod -> matches(selector, Trees.labels(pod)))
                .filter(pod -> !Trees.text(pod, "status", "podIP").isEmpty() && !isFinished(pod))
                .toList();
        write(ENDPOINTS, EndpointForms.endpoints(service, backends), List.of("subsets"));
        var slices = EndpointForms.slices(service, backends);
        slices.forEach(slice -> write(SLICES, slice, List.of("endpoints", "ports")));
        deleteOthers(service, slices.stream().map(Trees::name).collect(Collectors.toSet()));
    }

    /** Fewer pods need fewer slices. */
    private void deleteOthers(ObjectNode service, Set<String> kept) {
        for (var slice : cluster.owned(service, SLICES)) {
            if (!kept.contains(Trees.name(slice)) && EndpointForms.isManaged(slice)) {
                cluster.delete(Cluster.key(SLICES, slice), Trees.uid(slice));
            }
        }
    }

    private void write(GroupResource resource, ObjectNode wanted, List<String> members) {
        var key = Cluster.key(resource, wanted);
        var found = cluster.get(key);
        if (found.isEmpty()) {
            cluster.create(resource, wanted);
            return;
        }
        boolean isSame = members.stream().allMatch(member -> same(found.get(), wanted, member))
                && SimulationMark.isOn(found.get()) == SimulationMark.isOn(wanted);
        if (!isSame) {
            cluster.modify(key, "", live -> {
                members.forEach(member -> live.set(member, wanted.path(member)));
                mark(live, SimulationMark.isOn(wanted));
                return live;
            });
        }
    }

    private static void mark(ObjectNode live, boolean isSimulated) {
        if (isSimulated) {
            Trees.ensure(live, "metadata", "annotations").put(SimulationMark.NAME, "true");
        } else if (SimulationMark.isOn(live)) {
            Trees.ensure(live, "metadata", "annotations").remove(SimulationMark.NAME);
        }
    }

    private static boolean same(ObjectNode found, ObjectNode wanted, String member) {
        var one = found.path(member);
        var other = wanted.path(member);
        return one.equals(other) || (one.isEmpty() && other.isEmpty());
    }

    private static boolean isFinished(ObjectNode pod) {
        var phase = Trees.text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean matches(Map<String, String> selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }
}
