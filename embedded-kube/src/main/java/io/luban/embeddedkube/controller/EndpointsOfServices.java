package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps Endpoints and one EndpointSlice per Service with a selector equal to the pods that it selects. */
public final class EndpointsOfServices implements Controller {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");
    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

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
                .filter(endpoints -> Trees.labels(endpoints).containsKey(MANAGED_BY))
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
        write(ENDPOINTS, endpoints(service, backends), List.of("subsets"));
        write(SLICES, slice(service, backends), List.of("endpoints", "ports"));
    }

    private void write(GroupResource resource, ObjectNode wanted, List<String> members) {
        var key = Cluster.key(resource, wanted);
        var found = cluster.get(key);
        if (found.isEmpty()) {
            cluster.create(resource, wanted);
            return;
        }
        boolean isSame = members.stream().allMatch(member -> same(found.get(), wanted, member));
        if (!isSame) {
            cluster.modify(key, "", live -> {
                members.forEach(member -> live.set(member, wanted.path(member)));
                return live;
            });
        }
    }

    private static boolean same(ObjectNode found, ObjectNode wanted, String member) {
        var one = found.path(member);
        var other = wanted.path(member);
        return one.equals(other) || (one.isEmpty() && other.isEmpty());
    }

    private static ObjectNode endpoints(ObjectNode service, List<ObjectNode> pods) {
        var subsets = Json.array();
        if (!pods.isEmpty()) {
            var subset = subsets.addObject();
            addAddresses(
                    subset,
                    "addresses",
                    pods.stream().filter(pod -> isServed(service, pod)).toList());
            addAddresses(
                    subset,
                    "notReadyAddresses",
                    pods.stream().filter(pod -> !isServed(service, pod)).toList());
            var ports = ports(service, pods.getFirst());
            if (!ports.isEmpty()) {
                subset.set("ports", ports);
            }
        }
        return Draft.of("v1", "Endpoints", Trees.namespace(service), Trees.name(service))
                .labels(Trees.labels(service))
                .labels(headless(service))
                .label(MANAGED_BY, "endpoint-controller")
                .with("subsets", subsets)
                .json();
    }

    private static void addAddresses(ObjectNode subset, String member, List<ObjectNode> pods) {
        if (!pods.isEmpty()) {
            var addresses = subset.putArray(member);
            for (var pod : pods) {
                var address = addresses.addObject().put("ip", Trees.text(pod, "status", "podIP"));
                address.put("nodeName", Trees.text(pod, "spec", "nodeName"));
                address.set("targetRef", reference(pod));
            }
        }
    }

    private static ObjectNode slice(ObjectNode service, List<ObjectNode> pods) {
        var endpoints = Json.array();
        for (var pod : pods) {
            var endpoint = endpoints.addObject();
            endpoint.putArray("addresses").add(Trees.text(pod, "status", "podIP"));
            endpoint.putObject("conditions")
                    .put("ready", isServed(service, pod))
                    .put("serving", Conditions.isTrue(pod, "Ready") || publishesAll(service))
                    .put("terminating", Trees.isTerminating(pod));
            endpoint.set("targetRef", reference(pod));
            endpoint.put("nodeName", Trees.text(pod, "spec", "nodeName"));
            var hostname = Trees.text(pod, "spec", "hostname");
            if (!hostname.isEmpty() && Trees.text(pod, "spec", "subdomain").equals(Trees.name(service))) {
                endpoint.put("hostname", hostname);
            }
        }
        var name = Trees.name(service) + "-" + Trees.uid(service).substring(0, 5);
        var slice = Draft.of("discovery.k8s.io/v1", "EndpointSlice", Trees.namespace(service), name)
                .labels(Trees.labels(service))
                .labels(headless(service))
                .label(SERVICE_NAME, Trees.name(service))
                .label("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io")
                .controlledBy(service)
                .json();
        slice.put("addressType", "IPv4");
        slice.set("endpoints", endpoints);
        slice.set("ports", pods.isEmpty() ? Json.array() : ports(service, pods.getFirst()));
        return slice;
    }

    private static ObjectNode reference(ObjectNode pod) {
        return Json.object()
                .put("kind", "Pod")
                .put("name", Trees.name(pod))
                .put("namespace", Trees.namespace(pod))
                .put("uid", Trees.uid(pod));
    }

    private static ArrayNode ports(ObjectNode service, ObjectNode pod) {
        var result = Json.array();
        for (var port : Trees.at(service, "spec", "ports")) {
            int number = targetPort(port, pod);
            if (number > 0) {
                var item = result.addObject();
                if (!Trees.text(port, "name").isEmpty()) {
                    item.put("name", Trees.text(port, "name"));
                }
                item.put("port", number).put("protocol", port.path("protocol").asText("TCP"));
            }
        }
        return result;
    }

    /** A named target is looked up in the pod's containers; 0 when the pod has no such port. */
    private static int targetPort(JsonNode port, ObjectNode pod) {
        var target = port.path("targetPort");
        if (!target.isTextual()) {
            return target.asInt(port.path("port").asInt());
        }
        for (var container : Trees.at(pod, "spec", "containers")) {
            for (var candidate : container.path("ports")) {
                if (Trees.text(candidate, "name").equals(target.asText())) {
                    return candidate.path("containerPort").asInt();
                }
            }
        }
        return 0;
    }

    private static Map<String, String> headless(ObjectNode service) {
        return Trees.text(service, "spec", "clusterIP").equals("None")
                ? Map.of("service.kubernetes.io/headless", "")
                : Map.of();
    }

    private static boolean publishesAll(ObjectNode service) {
        return Trees.at(service, "spec", "publishNotReadyAddresses").asBoolean();
    }

    private static boolean isServed(ObjectNode service, ObjectNode pod) {
        return publishesAll(service) || isReady(pod);
    }

    private static boolean isReady(ObjectNode pod) {
        return Conditions.isTrue(pod, "Ready") && !Trees.isTerminating(pod);
    }

    private static boolean isFinished(ObjectNode pod) {
        var phase = Trees.text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean matches(Map<String, String> selector, Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }
}
