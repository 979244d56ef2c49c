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
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");

    private PodValidation() {}

    static void pod(ObjectNode pod, Findings findings) {
        podSpec(pod.path("spec"), "spec", findings);
    }

    static void podSpec(JsonNode spec, String path, Findings findings) {
        podSpec(spec, path, Set.of(), findings);
    }

    /** {@code claims} are volumes that the owner adds to every pod. */
    static void podSpec(JsonNode spec, String path, Set<String> claims, Findings findings) {
        var volumes = volumes(spec.path("volumes"), path + ".volumes", findings);
        volumes.addAll(claims);
        var names = new HashSet<String>();
        for (var list : List.of("initContainers", "containers", "ephemeralContainers")) {
            var containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                var place = path + "." + list + "[" + i + "]";
                container(containers.get(i), place, volumes, findings);
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
        }
        return names;
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

    private static void container(JsonNode container, String path, Set<String> volumes, Findings findings) {
        if (container.path("image").asText().isEmpty()) {
            findings.required(path + ".image", "");
        }
        ports(container.path("ports"), path + ".ports", findings);
        variables(container.path("env"), path + ".env", findings);
        mounts(container.path("volumeMounts"), path + ".volumeMounts", volumes, findings);
        resources(container.path("resources"), path + ".resources", findings);
        for (var probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            handler(container.path(probe), path + "." + probe, findings);
        }
    }

    private static void ports(JsonNode ports, String path, Findings findings) {
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i).path("containerPort");
            var place = path + "[" + i + "].containerPort";
            if (port.asLong() == 0) {
                findings.required(place, "");
            } else {
                findings.port(place, port);
            }
            if (ports.get(i).path("hostPort").asLong() != 0) {
                findings.port(path + "[" + i + "].hostPort", ports.get(i).path("hostPort"));
            }
        }
    }

    private static void variables(JsonNode variables, String path, Findings findings) {
        for (int i = 0; i < variables.size(); i++) {
            var name = variables.get(i).path("name").asText();
            if (!name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=')) {
                findings.invalid(
                        path + "[" + i + "].name",
                        name,
                        "a valid environment variable name must consist only of printable ASCII characters other than"
                                + " '='");
            }
            if (variables.get(i).has("value") && variables.get(i).has("valueFrom")) {
                findings.invalid(path + "[" + i + "].valueFrom", "", "may not be specified when `value` is not empty");
            }
        }
    }

    private static void mounts(JsonNode mounts, String path, Set<String> volumes, Findings findings) {
        var paths = new HashSet<String>();
        for (int i = 0; i < mounts.size(); i++) {
            var place = path + "[" + i + "]";
            var name = mounts.get(i).path("name").asText();
            if (!name.isEmpty() && !volumes.contains(name)) {
                findings.notFound(place + ".name", name);
            }
            var mountPath = mounts.get(i).path("mountPath").asText();
            if (!mountPath.isEmpty() && !paths.add(mountPath)) {
                findings.invalid(place + ".mountPath", mountPath, "must be unique");
            }
        }
    }

    private static void resources(JsonNode resources, String path, Findings findings) {
        var limits = resources.path("limits");
        var requests = resources.path("requests");
        notNegative(limits, path + ".limits", findings);
        notNegative(requests, path + ".requests", findings);
        for (var request : requests.properties()) {
            var limit = limits.path(request.getKey());
            if (limit.isTextual()
                    && Quantity.parse(request.getValue().asText()).compareTo(Quantity.parse(limit.asText())) > 0) {
                findings.invalid(
                        path + ".requests",
                        request.getValue(),
                        "must be less than or equal to %s limit of %s".formatted(request.getKey(), limit.asText()));
            }
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

    private static void handler(JsonNode probe, String path, Findings findings) {
        if (probe.isObject() && HANDLERS.stream().noneMatch(probe::has)) {
            findings.required(path, "must specify a handler type");
        }
        if (probe.path("periodSeconds").isNumber()
                && probe.path("periodSeconds").asInt() < 0) {
            findings.invalid(
                    path + ".periodSeconds",
                    IntNode.valueOf(probe.path("periodSeconds").asInt()),
                    "must be greater than or equal to 0");
        }
    }
}
