package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.tree.Trees;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether a pod may run where other pods do: the required terms of affinity and anti-affinity, in both directions. */
final class Neighbours {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private final Collection<Placed> placed;
    private final Map<String, Map<String, String>> nodes;

    /** A pod on a node. */
    record Placed(String namespace, Map<String, String> labels, String node, JsonNode avoided) {
        static Placed of(JsonNode pod) {
            return new Placed(
                    Trees.namespace(pod), Trees.labels(pod), Trees.text(pod, "spec", "nodeName"), antiAffinity(pod));
        }

        /** The same pod once it has finished. */
        Placed nowhere() {
            return new Placed(namespace, labels, "", avoided);
        }
    }

    /** Judges by these pods; {@code nodes} are the labels of nodes by their names. */
    Neighbours(Collection<Placed> placed, Map<String, Map<String, String>> nodes) {
        this.placed = placed;
        this.nodes = nodes;
    }

    private static JsonNode antiAffinity(JsonNode pod) {
        return Trees.at(pod, "spec", "affinity", "podAntiAffinity", REQUIRED);
    }

    /** Why the pod may not be put on the node, in the scheduler's words; empty when it may. */
    Optional<String> problem(JsonNode pod, String node) {
        var self = Placed.of(pod);
        for (var other : placed) {
            for (var term : other.avoided()) {
                if (isMeant(term, other.namespace(), self) && isSameTopology(term, other.node(), node)) {
                    return Optional.of("node(s) didn't satisfy existing pods anti-affinity rules");
                }
            }
        }
        for (var term : self.avoided()) {
            if (isNear(term, self, node)) {
                return Optional.of("node(s) didn't match pod anti-affinity rules");
            }
        }
        for (var term : Trees.at(pod, "spec", "affinity", "podAffinity", REQUIRED)) {
            if (!isNear(term, self, node) && !isFirst(term, self)) {
                return Optional.of("node(s) didn't match pod affinity rules");
            }
        }
        return Optional.empty();
    }

    private boolean isNear(JsonNode term, Placed self, String node) {
        return placed.stream()
                .anyMatch(other -> isMeant(term, self.namespace(), other) && isSameTopology(term, other.node(), node));
    }

    /** Pods that want to be near their like need a place for the first of them. */
    private boolean isFirst(JsonNode term, Placed self) {
        return isMeant(term, self.namespace(), self)
                && placed.stream().noneMatch(other -> isMeant(term, self.namespace(), other));
    }

    private static boolean isMeant(JsonNode term, String ownNamespace, Placed other) {
        var named = Trees.items(term.path("namespaces"));
        var namespaces = named.isEmpty() ? List.of(ownNamespace) : named;
        boolean isEverywhere = term.path("namespaceSelector").isObject()
                && term.path("namespaceSelector").isEmpty();
        return (isEverywhere || namespaces.contains(other.namespace()))
                && term.path("labelSelector").isObject()
                && LabelSelector.of(term.path("labelSelector")).matches(other.labels());
    }

    private boolean isSameTopology(JsonNode term, String one, String other) {
        var key = Trees.text(term, "topologyKey");
        var value = nodes.getOrDefault(one, Map.of()).get(key);
        return value != null
                && Objects.equals(value, nodes.getOrDefault(other, Map.of()).get(key));
    }
}
