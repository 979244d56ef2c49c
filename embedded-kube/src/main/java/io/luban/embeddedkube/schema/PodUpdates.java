package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may change of a pod, and where: a right to one of the subresources is worth something only because the pod itself
 * does not let the same thing through.
 */
final class PodUpdates {
    private static final List<String> CONTAINERS = List.of("containers", "initContainers");
    private static final List<String> AMOUNTS = List.of("requests", "limits");

    private PodUpdates() {}

    /** The rules of a subresource, where they are not those of the whole pod. */
    static Optional<UpdateRules.Check> of(String subresource) {
        return switch (subresource) {
            case "ephemeralcontainers" -> Optional.of(PodUpdates::ephemeralContainers);
            case "resize" -> Optional.of(PodUpdates::resize);
            case "binding" -> Optional.of((object, old, findings) -> {});
            default -> Optional.empty();
        };
    }

    /** Writes of the pod itself. */
    static void whole(ObjectNode object, ObjectNode old, Findings findings) {
        for (var list : CONTAINERS) {
            var path = "spec." + list;
            if (object.path("spec").path(list).size()
                    != old.path("spec").path(list).size()) {
                findings.forbidden(path, "pod updates may not add or remove containers");
                return;
            }
        }
        deadline(object, old, findings);
        gates(object, old, findings);
        tolerations(object, old, findings);
        boolean endsNow =
                object.path("spec").path("terminationGracePeriodSeconds").asLong() == 1;
        boolean isGated = !old.path("spec").path("schedulingGates").isEmpty();
        if (isGated) {
            keepsNodeSelector(object, old, findings);
        }
        if (!comparable(object, old, endsNow, isGated).equals(comparable(old, old, endsNow, isGated))) {
            findings.forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
                            + " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be"
                            + " set to 1 if it was previously negative)");
        }
    }

    private static JsonNode comparable(ObjectNode pod, ObjectNode old, boolean endsNow, boolean isGated) {
        var free = new ArrayList<>(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
        if (endsNow) {
            free.add("terminationGracePeriodSeconds");
        }
        if (isGated) {
            free.add("nodeSelector");
        }
        var spec = UpdateRules.without(pod.path("spec"), free);
        for (var list : CONTAINERS) {
            Fill.each(spec.path(list), container -> container.remove("image"));
        }
        if (isGated && spec instanceof ObjectNode object) {
            relaxAffinity(object, old);
        }
        return spec;
    }

    /** Before a pod is scheduled, whoever holds it back may say which nodes it prefers, or first say which it needs. */
    private static void relaxAffinity(ObjectNode spec, ObjectNode old) {
        var needed = "requiredDuringSchedulingIgnoredDuringExecution";
        if (!(spec.path("affinity").path("nodeAffinity") instanceof ObjectNode nodes)) {
            return;
        }
        nodes.remove("preferredDuringSchedulingIgnoredDuringExecution");
        if (old.at("/spec/affinity/nodeAffinity").path(needed).isMissingNode()) {
            nodes.remove(needed);
        }
        var affinity = (ObjectNode) spec.path("affinity");
        if (nodes.isEmpty()) {
            affinity.remove("nodeAffinity");
        }
        if (affinity.isEmpty()) {
            spec.remove("affinity");
        }
    }

    private static void keepsNodeSelector(ObjectNode object, ObjectNode old, Findings findings) {
        var selector = object.path("spec").path("nodeSelector");
        for (var entry : old.path("spec").path("nodeSelector").properties()) {
            if (!selector.path(entry.getKey()).equals(entry.getValue())) {
                findings.invalid(
                        "spec.nodeSelector",
                        selector,
                        "only additions are allowed to the nodeSelector of a pod with scheduling gates");
                return;
            }
        }
    }

    private static void deadline(ObjectNode object, ObjectNode old, Findings findings) {
        var before = old.path("spec").path("activeDeadlineSeconds");
        var after = object.path("spec").path("activeDeadlineSeconds");
        if (!before.isNumber()) {
            return;
        }
        if (!after.isNumber()) {
            findings.invalidText(
                    "spec.activeDeadlineSeconds", "null", "must not update from a positive integer to nil value");
        } else if (after.asLong() > before.asLong()) {
            findings.invalid("spec.activeDeadlineSeconds", after, "must be less than or equal to previous value");
        }
    }

    private static void gates(ObjectNode object, ObjectNode old, Findings findings) {
        var known = new HashSet<JsonNode>();
        old.path("spec").path("schedulingGates").forEach(gate -> known.add(gate.path("name")));
        for (var gate : object.path("spec").path("schedulingGates")) {
            if (!known.contains(gate.path("name"))) {
                findings.forbidden(
                        "spec.schedulingGates",
                        "only deletion is allowed, but found new scheduling gate '%s'"
                                .formatted(gate.path("name").asText()));
            }
        }
    }

    private static void tolerations(ObjectNode object, ObjectNode old, Findings findings) {
        var kept = new HashSet<JsonNode>();
        object.path("spec").path("tolerations").forEach(toleration -> kept.add(withoutPatience(toleration)));
        for (var toleration : old.path("spec").path("tolerations")) {
            if (!kept.contains(withoutPatience(toleration))) {
                findings.forbidden(
                        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static JsonNode withoutPatience(JsonNode toleration) {
        return UpdateRules.without(toleration, List.of("tolerationSeconds"));
    }

    private static void ephemeralContainers(ObjectNode object, ObjectNode old, Findings findings) {
        var containers = named(object.path("spec").path("ephemeralContainers"));
        named(old.path("spec").path("ephemeralContainers")).forEach((name, container) -> {
            var now = containers.get(name);
            if (now == null || !now.equals(container)) {
                findings.forbidden(
                        "spec.ephemeralContainers",
                        "existing ephemeral containers \"%s\" may not be %s"
                                .formatted(name, now == null ? "removed" : "changed"));
            }
        });
    }

    private static Map<String, JsonNode> named(JsonNode containers) {
        var result = new HashMap<String, JsonNode>();
        containers.forEach(container -> result.put(container.path("name").asText(), container));
        return result;
    }

    private static void resize(ObjectNode object, ObjectNode old, Findings findings) {
        for (var list : CONTAINERS) {
            var before = old.path("spec").path(list);
            var after = object.path("spec").path(list);
            if (!sized(before).equals(sized(after))) {
                findings.forbidden("spec", "only cpu and memory resources are mutable");
                return;
            }
            for (int i = 0; i < before.size(); i++) {
                container(after.get(i), before.get(i), "spec.%s[%d].resources".formatted(list, i), findings);
            }
        }
        var service = QualityOfService.of(object.path("spec"));
        if (!service.equals(QualityOfService.of(old.path("spec")))) {
            findings.invalid("spec", service, "Pod QOS Class may not change as a result of resizing");
        }
    }

    /** The containers without what resizing is about. */
    private static JsonNode sized(JsonNode containers) {
        var copy = containers.deepCopy();
        Fill.each(copy, container -> {
            container.remove("resizePolicy");
            for (var kind : AMOUNTS) {
                if (container.path("resources").path(kind) instanceof ObjectNode amounts) {
                    amounts.remove(List.of("cpu", "memory"));
                    if (amounts.isEmpty()) {
                        container.withObjectProperty("resources").remove(kind);
                    }
                }
            }
            if (container.path("resources").isEmpty()) {
                container.remove("resources");
            }
        });
        return copy;
    }

    private static void container(JsonNode after, JsonNode before, String path, Findings findings) {
        for (var kind : AMOUNTS) {
            var wanted = after.path("resources").path(kind);
            for (var entry : before.path("resources").path(kind).properties()) {
                if (!wanted.has(entry.getKey())) {
                    findings.forbidden(path + "." + kind, "resource " + kind + " cannot be removed");
                }
            }
        }
        var limit = after.path("resources").path("limits").path("memory");
        var old = before.path("resources").path("limits").path("memory");
        if (limit.isTextual()
                && old.isTextual()
                && Quantity.parse(limit.asText()).compareTo(Quantity.parse(old.asText())) < 0
                && !restartsFor(after, "memory")) {
            findings.forbidden(
                    path + ".limits", "memory limits cannot be decreased unless resizePolicy is RestartContainer");
        }
    }

    private static boolean restartsFor(JsonNode container, String resource) {
        for (var policy : container.path("resizePolicy")) {
            if (policy.path("resourceName").asText().equals(resource)) {
                return policy.path("restartPolicy").asText().equals("RestartContainer");
            }
        }
        return false;
    }
}
