package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import io.luban.model.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules of pods and pod templates beyond structure. */
final class PodValidation {
    private PodValidation() {}

    static void pod(ObjectNode pod, Findings findings) {
        podSpec(pod.path("spec"), "spec", Set.of(), findings);
    }

    /** A template with metadata and spec; {@code claims} are volumes that the owner adds to every pod. */
    static void template(JsonNode template, String path, Set<String> claims, Findings findings) {
        var metadata = template.path("metadata");
        TrafficValidation.labels(metadata.path("labels"), path + ".labels", findings);
        for (var annotation : metadata.path("annotations").properties()) {
            findings.invalid(
                    path + ".annotations", annotation.getKey(), ObjectNames.qualifiedName(annotation.getKey()));
        }
        var spec = template.path("spec");
        podSpec(spec, path + ".spec", claims, findings);
        if (!spec.path("ephemeralContainers").isEmpty()) {
            findings.forbidden(path + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }

    private static void podSpec(JsonNode spec, String path, Set<String> claims, Findings findings) {
        var volumes = volumes(spec.path("volumes"), path + ".volumes", findings);
        volumes.addAll(claims);
        var names = new HashSet<String>();
        for (var list : List.of("initContainers", "containers", "ephemeralContainers")) {
            var containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                var place = path + "." + list + "[" + i + "]";
                ContainerValidation.check(containers.get(i), place, volumes, findings);
                uniqueName(containers.get(i), place, names, findings);
            }
        }
        findings.atLeastZero(path + ".terminationGracePeriodSeconds", spec.path("terminationGracePeriodSeconds"));
        if (spec.path("activeDeadlineSeconds").isNumber()
                && spec.path("activeDeadlineSeconds").asLong() < 1) {
            findings.invalid(
                    path + ".activeDeadlineSeconds",
                    spec.path("activeDeadlineSeconds"),
                    "must be between 1 and 2147483647, inclusive");
        }
        resolver(spec, path, findings);
        names(spec, path, findings);
        tolerations(spec.path("tolerations"), path + ".tolerations", findings);
        spread(spec.path("topologySpreadConstraints"), path + ".topologySpreadConstraints", findings);
    }

    private static void spread(JsonNode constraints, String path, Findings findings) {
        var known = new HashSet<String>();
        for (int i = 0; i < constraints.size(); i++) {
            var constraint = constraints.get(i);
            var place = path + "[" + i + "]";
            if (constraint.path("maxSkew").asInt() <= 0) {
                findings.invalid(
                        place + ".maxSkew",
                        IntNode.valueOf(constraint.path("maxSkew").asInt()),
                        "must be greater than zero");
            }
            var pair = "{%s, %s}"
                    .formatted(
                            constraint.path("topologyKey").asText(),
                            constraint.path("whenUnsatisfiable").asText());
            if (!known.add(pair)) {
                findings.duplicate(place + ".{topologyKey, whenUnsatisfiable}", pair);
            }
        }
    }

    private static void resolver(JsonNode spec, String path, Findings findings) {
        if (!spec.path("dnsPolicy").asText().equals("None")) {
            return;
        }
        if (!spec.has("dnsConfig")) {
            findings.required(path + ".dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None");
        } else if (spec.path("dnsConfig").path("nameservers").isEmpty()) {
            findings.required(
                    path + ".dnsConfig.nameservers",
                    "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }
    }

    private static void names(JsonNode spec, String path, Findings findings) {
        TrafficValidation.labels(spec.path("nodeSelector"), path + ".nodeSelector", findings);
        var account = spec.path("serviceAccountName").asText();
        if (!account.isEmpty()) {
            findings.invalid(path + ".serviceAccountName", account, ObjectNames.subdomain(account));
        }
        var node = spec.path("nodeName").asText();
        if (!node.isEmpty()) {
            findings.invalid(path + ".nodeName", node, ObjectNames.subdomain(node));
        }
        for (var member : List.of("hostname", "subdomain")) {
            var name = spec.path(member).asText();
            if (!name.isEmpty()) {
                findings.invalid(path + "." + member, name, ObjectNames.label(name));
            }
        }
    }

    private static void tolerations(JsonNode tolerations, String path, Findings findings) {
        for (int i = 0; i < tolerations.size(); i++) {
            var toleration = tolerations.get(i);
            var place = path + "[" + i + "]";
            var key = toleration.path("key").asText();
            var operator = toleration.path("operator").asText();
            if (!key.isEmpty()) {
                findings.invalid(place + ".key", key, ObjectNames.qualifiedName(key));
            } else if (!operator.equals("Exists")) {
                findings.invalid(
                        place + ".operator",
                        operator,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (toleration.has("tolerationSeconds")
                    && !toleration.path("effect").asText().equals("NoExecute")) {
                findings.invalid(
                        place + ".effect",
                        toleration.path("effect").asText(),
                        "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            if (operator.isEmpty() || operator.equals("Equal")) {
                var value = toleration.path("value").asText();
                findings.invalid(place + ".operator", value, ObjectNames.labelValue(value));
            }
        }
    }

    private static Set<String> volumes(JsonNode volumes, String path, Findings findings) {
        var names = new HashSet<String>();
        for (int i = 0; i < volumes.size(); i++) {
            var place = path + "[" + i + "]";
            var volume = volumes.get(i);
            uniqueName(volume, place, names, findings);
            if (volume.size() > 2) {
                volume.fieldNames().forEachRemaining(source -> {
                    if (!source.equals("name") && !source.equals(firstSource(volume))) {
                        findings.forbidden(place + "." + source, "may not specify more than 1 volume type");
                    }
                });
            }
            requiredName(volume, "secret", "secretName", place, findings);
            requiredName(volume, "configMap", "name", place, findings);
        }
        return names;
    }

    private static void requiredName(JsonNode volume, String source, String member, String path, Findings findings) {
        if (volume.has(source) && volume.path(source).path(member).asText().isEmpty()) {
            findings.required(path + "." + source + "." + member, "");
        }
    }

    private static String firstSource(JsonNode volume) {
        for (var member : volume.properties()) {
            if (!member.getKey().equals("name")) {
                return member.getKey();
            }
        }
        return "";
    }

    private static void uniqueName(JsonNode object, String path, Set<String> names, Findings findings) {
        var name = object.path("name").asText();
        if (name.isEmpty()) {
            return;
        }
        findings.invalid(path + ".name", name, ObjectNames.label(name));
        if (!names.add(name)) {
            findings.duplicate(path + ".name", name);
        }
    }

    /** Amounts by name must not be below zero. */
    static void notNegative(JsonNode amounts, String path, Findings findings) {
        for (var amount : amounts.properties()) {
            if (Quantity.parse(amount.getValue().asText()).signum() < 0) {
                findings.invalid(
                        path + "[" + amount.getKey() + "]", amount.getValue(), "must be greater than or equal to 0");
            }
        }
    }
}
