package io.luban.embeddedkube.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** One rule of a Role or ClusterRole. */
record PolicyRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceUrls) {
    PolicyRule {
        verbs = List.copyOf(verbs);
        apiGroups = List.copyOf(apiGroups);
        resources = List.copyOf(resources);
        resourceNames = List.copyOf(resourceNames);
        nonResourceUrls = List.copyOf(nonResourceUrls);
    }

    static PolicyRule of(JsonNode rule) {
        return new PolicyRule(
                texts(rule.path("verbs")),
                texts(rule.path("apiGroups")),
                texts(rule.path("resources")),
                texts(rule.path("resourceNames")),
                texts(rule.path("nonResourceURLs")));
    }

    static List<PolicyRule> listOf(JsonNode rules) {
        return StreamSupport.stream(rules.spliterator(), false)
                .map(PolicyRule::of)
                .toList();
    }

    ObjectNode toJson() {
        var json = Json.object();
        put(json, "verbs", verbs);
        put(json, "apiGroups", apiGroups);
        put(json, "resources", resources);
        put(json, "resourceNames", resourceNames);
        put(json, "nonResourceURLs", nonResourceUrls);
        return json;
    }

    /** The rule as refusals show it: {@code {APIGroups:["apps"], Resources:["deployments"], Verbs:["create"]}}. */
    String shown() {
        var parts = new ArrayList<String>();
        show(parts, "NonResourceURLs", nonResourceUrls);
        show(parts, "APIGroups", apiGroups);
        show(parts, "Resources", resources);
        show(parts, "ResourceNames", resourceNames);
        show(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void show(List<String> parts, String label, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(values.stream().collect(Collectors.joining("\" \"", label + ":[\"", "\"]")));
        }
    }

    private static void put(ObjectNode json, String member, List<String> values) {
        if (!values.isEmpty()) {
            values.forEach(json.putArray(member)::add);
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
