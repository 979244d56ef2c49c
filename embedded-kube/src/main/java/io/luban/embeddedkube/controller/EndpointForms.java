package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.SimulationMark;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How the pods behind a Service are written down, as Endpoints and as EndpointSlices. */
final class EndpointForms {
    static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String SLICE_MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String SLICE_CONTROLLER = "endpointslice-controller.k8s.io";
    private static final int MOST_PER_SLICE = 100;
    private static final int MOST_ADDRESSES = 1000;

    private EndpointForms() {}

    /** Addresses with the same ports stand together; what is beyond the most is left out and that is noted. */
    static ObjectNode endpoints(ObjectNode service, List<ObjectNode> pods) {
        var subsets = Json.array();
        byPorts(service, pods.stream().limit(MOST_ADDRESSES).toList()).forEach((ports, group) -> {
            var subset = subsets.addObject();
            addAddresses(
                    subset,
                    "addresses",
                    group.stream().filter(pod -> isServed(service, pod)).toList());
            addAddresses(
                    subset,
                    "notReadyAddresses",
                    group.stream().filter(pod -> !isServed(service, pod)).toList());
            if (!ports.isEmpty()) {
                subset.set("ports", ports);
            }
        });
        var endpoints = Draft.of("v1", "Endpoints", Trees.namespace(service), Trees.name(service))
                .labels(Trees.labels(service))
                .labels(headless(service))
                .label(MANAGED_BY, "endpoint-controller")
                .with("subsets", subsets);
        if (pods.size() > MOST_ADDRESSES) {
            endpoints.annotation("endpoints.kubernetes.io/over-capacity", "truncated");
        }
        return marked(endpoints, pods).json();
    }

    /** A named target port may be another number in another pod. */
    private static Map<ArrayNode, List<ObjectNode>> byPorts(ObjectNode service, List<ObjectNode> pods) {
        var groups = new LinkedHashMap<ArrayNode, List<ObjectNode>>();
        for (var pod : pods) {
            groups.computeIfAbsent(ports(service, pod), ports -> new ArrayList<>())
                    .add(pod);
        }
        return groups;
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

    /** At least one, at most {@value #MOST_PER_SLICE} endpoints in each, all of one with the same ports and kind of pods. */
    static List<ObjectNode> slices(ObjectNode service, List<ObjectNode> pods) {
        var result = new ArrayList<ObjectNode>();
        var kinds = pods.stream().collect(Collectors.partitioningBy(SimulationMark::isOn));
        kinds.values().forEach(same -> addSlices(service, same, result));
        return result.isEmpty() ? List.of(slice(service, List.of(), Json.array(), 0)) : result;
    }

    private static void addSlices(ObjectNode service, List<ObjectNode> pods, List<ObjectNode> result) {
        byPorts(service, pods).forEach((ports, group) -> {
            for (int first = 0; first < group.size(); first += MOST_PER_SLICE) {
                var part = group.subList(first, Math.min(group.size(), first + MOST_PER_SLICE));
                result.add(slice(service, part, ports, result.size()));
            }
        });
    }

    /** Marked when every pod is simulated, so that nobody who follows it sends requests to addresses of nothing. */
    private static Draft marked(Draft draft, List<ObjectNode> pods) {
        return !pods.isEmpty() && pods.stream().allMatch(SimulationMark::isOn)
                ? draft.annotation(SimulationMark.NAME, "true")
                : draft;
    }

    private static ObjectNode slice(ObjectNode service, List<ObjectNode> pods, ArrayNode ports, int number) {
        var endpoints = Json.array();
        pods.forEach(pod -> addEndpoint(endpoints, service, pod));
        var name = Trees.name(service) + "-" + Trees.uid(service).substring(0, 5) + (number == 0 ? "" : "-" + number);
        var draft = Draft.of("discovery.k8s.io/v1", "EndpointSlice", Trees.namespace(service), name)
                .labels(Trees.labels(service))
                .labels(headless(service))
                .label(SERVICE_NAME, Trees.name(service))
                .label(SLICE_MANAGED_BY, SLICE_CONTROLLER)
                .controlledBy(service);
        var slice = marked(draft, pods).json();
        slice.put("addressType", "IPv4");
        slice.set("endpoints", endpoints);
        slice.set("ports", ports);
        return slice;
    }

    private static void addEndpoint(ArrayNode endpoints, ObjectNode service, ObjectNode pod) {
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

    static boolean isManaged(ObjectNode slice) {
        return Trees.labels(slice).getOrDefault(SLICE_MANAGED_BY, "").equals(SLICE_CONTROLLER);
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
}
