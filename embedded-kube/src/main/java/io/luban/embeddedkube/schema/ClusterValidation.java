package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import io.luban.model.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules of storage, limits, scaling and the other cluster-level kinds. */
final class ClusterValidation {
    private static final Set<String> VOLUME_MEMBERS = Set.of(
            "capacity",
            "accessModes",
            "claimRef",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "mountOptions",
            "volumeMode",
            "nodeAffinity",
            "volumeAttributesClassName");

    private static final Map<String, String> SOURCES = Map.of(
            "Resource", "resource",
            "Pods", "pods",
            "Object", "object",
            "External", "external",
            "ContainerResource", "containerResource");
    private static final Set<String> LIMITED = Set.of("Container", "Pod", "PersistentVolumeClaim");
    private static final Map<String, Integer> SYSTEM_CLASSES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);
    private static final int HIGHEST_USER_PRIORITY = 1_000_000_000;

    private ClusterValidation() {}

    static void priorityClass(ObjectNode object, Findings findings) {
        var name = object.path("metadata").path("name").asText();
        long value = object.path("value").asLong();
        if (name.startsWith("system-")) {
            systemClassProblem(name, value, object.path("globalDefault").asBoolean())
                    .ifPresent(problem -> findings.forbidden(
                            "metadata.name",
                            "priority class names with 'system-' prefix are reserved for system use only. error: "
                                    + problem));
        } else if (value > HIGHEST_USER_PRIORITY) {
            findings.forbidden("value", "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
        }
    }

    private static Optional<String> systemClassProblem(String name, long value, boolean isDefault) {
        var wanted = SYSTEM_CLASSES.get(name);
        if (wanted == null) {
            return Optional.of(name + " is not a known system priority class");
        }
        if (wanted != value) {
            return Optional.of("value of %s PriorityClass must be %d".formatted(name, wanted));
        }
        return isDefault
                ? Optional.of("globalDefault of %s PriorityClass must be false".formatted(name))
                : Optional.empty();
    }

    static void runtimeClass(ObjectNode object, Findings findings) {
        var handler = object.path("handler").asText();
        if (!handler.isEmpty()) {
            findings.invalid("handler", handler, ObjectNames.label(handler));
        }
    }

    static void claim(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            findings.required("spec.accessModes", "at least 1 access mode is required");
        }
        var requests = spec.path("resources").path("requests");
        if (!requests.has("storage")) {
            findings.required("spec.resources[storage]", "");
        } else if (Quantity.parse(requests.path("storage").asText()).signum() <= 0) {
            findings.invalid("spec.resources[storage]", requests.path("storage"), "must be greater than zero");
        }
    }

    static void volume(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            findings.required("spec.accessModes", "");
        }
        if (spec.path("capacity").isEmpty()) {
            findings.required("spec.capacity", "");
        }
        if (sources(spec).isEmpty()) {
            findings.required("spec", "must specify a volume type");
        }
        PodValidation.notNegative(spec.path("capacity"), "spec.capacity", findings);
    }

    /** Members of a volume spec that say where the data is. */
    static Set<String> sources(JsonNode spec) {
        var sources = new HashSet<String>();
        spec.fieldNames().forEachRemaining(sources::add);
        sources.removeAll(VOLUME_MEMBERS);
        return sources;
    }

    static void limitRange(ObjectNode object, Findings findings) {
        var limits = object.path("spec").path("limits");
        var types = new HashSet<String>();
        for (int i = 0; i < limits.size(); i++) {
            var limit = limits.get(i);
            var path = "spec.limits[" + i + "]";
            var type = limit.path("type").asText();
            if (!type.isEmpty() && !types.add(type)) {
                findings.duplicate(path + ".type", type);
            }
            if (!type.isEmpty() && !LIMITED.contains(type) && !type.contains("/")) {
                findings.invalid(path + ".type", type, "must be a standard limit type or fully qualified");
            }
            for (var member : List.of("default", "defaultRequest")) {
                if (type.equals("Pod") && limit.has(member)) {
                    findings.forbidden(path + "." + member, "may not be specified when `type` is 'Pod'");
                }
            }
            ordered(limit, "min", "max", path, findings);
            ordered(limit, "min", "default", path, findings);
            ordered(limit, "defaultRequest", "default", path, findings);
            ordered(limit, "default", "max", path, findings);
        }
    }

    private static void ordered(JsonNode limit, String small, String large, String path, Findings findings) {
        for (var amount : limit.path(small).properties()) {
            var other = limit.path(large).path(amount.getKey());
            if (other.isTextual()
                    && Quantity.parse(amount.getValue().asText()).compareTo(Quantity.parse(other.asText())) > 0) {
                findings.invalid(
                        "%s.%s[%s]".formatted(path, small, amount.getKey()),
                        amount.getValue(),
                        "%s value %s is greater than %s value %s"
                                .formatted(small, amount.getValue().asText(), large, other.asText()));
            }
        }
    }

    static void autoscaler(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        var maximum = spec.path("maxReplicas");
        var minimum = spec.path("minReplicas");
        if (minimum.isNumber() && minimum.asInt() < 1) {
            findings.invalid("spec.minReplicas", minimum, "must be greater than or equal to 1");
        }
        if (maximum.asInt() < 1) {
            findings.invalid("spec.maxReplicas", maximum, "must be greater than 0");
        } else if (maximum.asInt() < minimum.asInt()) {
            findings.invalid("spec.maxReplicas", maximum, "must be greater than or equal to `minReplicas`");
        }
        var metrics = spec.path("metrics");
        for (int i = 0; i < metrics.size(); i++) {
            var type = metrics.get(i).path("type").asText();
            var member = SOURCES.getOrDefault(type, "");
            if (!member.isEmpty() && !metrics.get(i).has(member)) {
                findings.required(
                        "spec.metrics[" + i + "]." + member, "must populate information for the given metric source");
            }
        }
    }

    static void disruptionBudget(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            findings.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
        }
        for (var member : List.of("minAvailable", "maxUnavailable")) {
            RolloutValidation.amount(spec.path(member), "spec." + member, findings);
            RolloutValidation.notAbovePercent(spec.path(member), "spec." + member, findings);
        }
    }

    static void lease(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        if (spec.path("leaseDurationSeconds").isNumber()
                && spec.path("leaseDurationSeconds").asInt() <= 0) {
            findings.invalid("spec.leaseDurationSeconds", spec.path("leaseDurationSeconds"), "must be greater than 0");
        }
        findings.atLeastZero("spec.leaseTransitions", spec.path("leaseTransitions"));
    }

    static void event(ObjectNode object, Findings findings) {
        var about = object.path("involvedObject").path("namespace").asText();
        var namespace = object.path("metadata").path("namespace").asText();
        // Events about cluster-scoped objects live in the default namespace.
        if (about.isEmpty() ? !namespace.equals("default") : !about.equals(namespace)) {
            findings.invalid("involvedObject.namespace", about, "does not match event.namespace");
        }
    }
}
