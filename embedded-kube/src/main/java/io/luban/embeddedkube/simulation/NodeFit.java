package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a pod may run on a node: selectors, affinity to nodes, taints. */
final class NodeFit {
    static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    private NodeFit() {}

    /** Why the pod may not be put on the node, in the scheduler's words; empty when it may. */
    static Optional<String> problem(JsonNode pod, JsonNode node) {
        if (!matches(pod, node)) {
            return Optional.of("node(s) didn't match Pod's node affinity/selector");
        }
        if (Trees.at(node, "spec", "unschedulable").asBoolean() && !toleratesCordon(pod)) {
            return Optional.of("node(s) were unschedulable");
        }
        return untolerated(pod, node, Set.of("NoSchedule", "NoExecute"))
                .map(taint -> "node(s) had untolerated taint {%s: %s}"
                        .formatted(Trees.text(taint, "key"), Trees.text(taint, "value")));
    }

    /** Whether the node's labels and name are those that the pod asks for. */
    static boolean matches(JsonNode pod, JsonNode node) {
        var labels = Trees.labels(node);
        if (!LabelSelector.ofLabels(Trees.at(pod, "spec", "nodeSelector")).matches(labels)) {
            return false;
        }
        var terms = Trees.at(
                pod,
                "spec",
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
                "nodeSelectorTerms");
        if (terms.isEmpty()) {
            return true;
        }
        var fields = new HashMap<>(Map.of("metadata.name", Trees.name(node)));
        for (var term : terms) {
            if (LabelSelector.ofExpressions(term.path("matchExpressions")).matches(labels)
                    && LabelSelector.ofExpressions(term.path("matchFields")).matches(fields)) {
                return true;
            }
        }
        return false;
    }

    /** A taint with one of the effects that the pod does not tolerate. */
    static Optional<JsonNode> untolerated(JsonNode pod, JsonNode node, Set<String> effects) {
        for (var taint : Trees.at(node, "spec", "taints")) {
            if (effects.contains(Trees.text(taint, "effect")) && !tolerates(pod, taint)) {
                return Optional.of(taint);
            }
        }
        return Optional.empty();
    }

    private static boolean toleratesCordon(JsonNode pod) {
        var taint = Json.object().put("key", UNSCHEDULABLE).put("effect", "NoSchedule");
        return tolerates(pod, taint);
    }

    private static boolean tolerates(JsonNode pod, JsonNode taint) {
        for (var toleration : Trees.at(pod, "spec", "tolerations")) {
            var key = Trees.text(toleration, "key");
            var effect = Trees.text(toleration, "effect");
            boolean isAnyValue = Trees.text(toleration, "operator").equals("Exists");
            if ((key.isEmpty() ? isAnyValue : key.equals(Trees.text(taint, "key")))
                    && (effect.isEmpty() || effect.equals(Trees.text(taint, "effect")))
                    && (isAnyValue || Trees.text(toleration, "value").equals(Trees.text(taint, "value")))) {
                return true;
            }
        }
        return false;
    }
}
