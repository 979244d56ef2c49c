package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.Permissions;
import io.luban.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rights that writing the objects of a chart takes, against those that its package asks for. */
final class PermissionReport {
    private static final List<String> VERBS = List.of("create", "get", "patch");
    private static final Set<String> NAMESPACE_GROUPS =
            Set.of("", "apps", "batch", "policy", "networking.k8s.io", "autoscaling", "metrics.k8s.io");

    private final Permissions permissions;
    private final String namespace;

    PermissionReport(Permissions permissions, String namespace) {
        this.permissions = permissions;
        this.namespace = namespace;
    }

    private record Right(String group, String resource, String namespace) implements Comparable<Right> {
        @Override
        public int compareTo(Right other) {
            return toString().compareTo(other.toString());
        }
    }

    /** Every right that is needed with what is missing of it. */
    ObjectNode of(Collection<ObjectNode> objects, ServedKinds kinds) {
        var needed = new TreeMap<Right, Set<String>>();
        for (var object : objects) {
            kinds.of(object).ifPresent(resource -> {
                var version = object.path("apiVersion").asText("");
                var group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
                var place = resource.isNamespaced()
                        ? object.at("/metadata/namespace").asText(namespace)
                        : "";
                var right = new Right(group, resource.plural(), place);
                var missing = needed.computeIfAbsent(right, added -> new TreeSet<>());
                var name = object.at("/metadata/name").asText("");
                VERBS.stream()
                        .filter(verb -> !isGranted(right, verb, verb.equals("create") ? "" : name))
                        .forEach(missing::add);
            });
        }
        var report = Json.object();
        var required = report.putArray("required");
        var missing = report.putArray("missing");
        needed.forEach((right, verbs) -> {
            required.add(wire(right, VERBS));
            if (!verbs.isEmpty()) {
                missing.add(wire(right, verbs));
            }
        });
        report.put("unlimited", permissions.isUnlimited());
        return report;
    }

    private boolean isGranted(Right right, String verb, String name) {
        if (right.namespace().equals(namespace) && NAMESPACE_GROUPS.contains(right.group())) {
            return true;
        }
        return grants(permissions.clusterRules(), right, verb, name)
                || (right.namespace().equals(namespace) && grants(permissions.rules(), right, verb, name));
    }

    private static boolean grants(JsonNode rules, Right right, String verb, String name) {
        for (var rule : rules) {
            boolean named = rule.path("resourceNames").isEmpty() || contains(rule.path("resourceNames"), name);
            if (named
                    && matches(rule.path("verbs"), verb)
                    && matches(rule.path("apiGroups"), right.group())
                    && matches(rule.path("resources"), right.resource())) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(JsonNode list, String word) {
        return contains(list, "*") || contains(list, word);
    }

    private static boolean contains(JsonNode list, String word) {
        for (var item : list) {
            if (item.asText().equals(word)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode wire(Right right, Collection<String> verbs) {
        var wire = Json.object().put("apiGroup", right.group()).put("resource", right.resource());
        if (!right.namespace().isEmpty()) {
            wire.put("namespace", right.namespace());
        }
        var list = wire.putArray("verbs");
        verbs.forEach(list::add);
        return wire;
    }
}
