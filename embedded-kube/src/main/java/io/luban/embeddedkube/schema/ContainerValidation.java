package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ObjectNames;
import io.luban.model.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules of one container. */
final class ContainerValidation {
    private static final Set<String> STANDARD_RESOURCES = Set.of("cpu", "memory", "ephemeral-storage");
    private static final List<String> SOURCES =
            List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef");

    private ContainerValidation() {}

    /** {@code volumes} are the names that mounts may refer to. */
    static void check(JsonNode container, String path, Set<String> volumes, Findings findings) {
        var image = container.path("image").asText();
        if (image.isEmpty()) {
            findings.required(path + ".image", "");
        } else if (!image.equals(image.strip())) {
            findings.invalid(path + ".image", image, "must not have leading or trailing whitespace");
        }
        ports(container.path("ports"), path + ".ports", findings);
        variables(container.path("env"), path + ".env", findings);
        variableSources(container.path("envFrom"), path + ".envFrom", findings);
        mounts(container.path("volumeMounts"), path + ".volumeMounts", volumes, findings);
        resources(container.path("resources"), path + ".resources", findings);
        HandlerValidation.check(container, path, findings);
    }

    private static void ports(JsonNode ports, String path, Findings findings) {
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            var place = path + "[" + i + "]";
            var name = ports.get(i).path("name").asText();
            if (!name.isEmpty()) {
                var problems = PortNames.problems(name);
                findings.invalid(place + ".name", name, problems);
                if (problems.isEmpty() && !names.add(name)) {
                    findings.duplicate(place + ".name", name);
                }
            }
            var port = ports.get(i).path("containerPort");
            if (port.asLong() == 0) {
                findings.required(place + ".containerPort", "");
            } else {
                findings.port(place + ".containerPort", port);
            }
            if (ports.get(i).path("hostPort").asLong() != 0) {
                findings.port(place + ".hostPort", ports.get(i).path("hostPort"));
            }
        }
    }

    private static void variables(JsonNode variables, String path, Findings findings) {
        for (int i = 0; i < variables.size(); i++) {
            var variable = variables.get(i);
            var name = variable.path("name").asText();
            if (!name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=')) {
                findings.invalid(
                        path + "[" + i + "].name",
                        name,
                        "a valid environment variable name must consist only of printable ASCII characters other than"
                                + " '='");
            }
            if (variable.has("valueFrom")) {
                valueSource(variable, path + "[" + i + "].valueFrom", findings);
            }
        }
    }

    private static void valueSource(JsonNode variable, String path, Findings findings) {
        var source = variable.path("valueFrom");
        long count = SOURCES.stream().filter(source::has).count();
        if (count == 0) {
            findings.invalid(
                    path,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (!variable.path("value").asText().isEmpty()) {
            findings.invalid(path, "", "may not be specified when `value` is not empty");
        } else if (count > 1) {
            findings.invalid(path, "", "may not have more than one field specified at a time");
        }
        for (var reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.has(reference)
                    && source.path(reference).path("name").asText().isEmpty()) {
                findings.required(path + "." + reference + ".name", "");
            }
        }
    }

    private static void variableSources(JsonNode sources, String path, Findings findings) {
        for (int i = 0; i < sources.size(); i++) {
            var place = path + "[" + i + "]";
            var source = sources.get(i);
            if (source.has("configMapRef") && source.has("secretRef")) {
                findings.invalid(place, "", "may not have more than one field specified at a time");
            } else if (!source.has("configMapRef") && !source.has("secretRef")) {
                findings.invalid(place, "", "must specify one of: `configMapRef` or `secretRef`");
            }
            for (var reference : List.of("configMapRef", "secretRef")) {
                if (source.has(reference)
                        && source.path(reference).path("name").asText().isEmpty()) {
                    findings.required(place + "." + reference + ".name", "");
                }
            }
        }
    }

    private static void mounts(JsonNode mounts, String path, Set<String> volumes, Findings findings) {
        var paths = new HashSet<String>();
        for (int i = 0; i < mounts.size(); i++) {
            var place = path + "[" + i + "]";
            var name = mounts.get(i).path("name").asText();
            if (!volumes.contains(name)) {
                findings.notFound(place + ".name", name);
            }
            var mountPath = mounts.get(i).path("mountPath").asText();
            if (!mountPath.isEmpty() && !paths.add(mountPath)) {
                findings.invalid(place + ".mountPath", mountPath, "must be unique");
            }
            var part = mounts.get(i).path("subPath").asText();
            if (part.startsWith("/")) {
                findings.invalid(place + ".subPath", part, "must be a relative path");
            }
            if (List.of(part.split("/", -1)).contains("..")) {
                findings.invalid(place + ".subPath", part, "must not contain '..'");
            }
        }
    }

    private static void resources(JsonNode resources, String path, Findings findings) {
        var limits = resources.path("limits");
        var requests = resources.path("requests");
        amounts(limits, path + ".limits", findings);
        amounts(requests, path + ".requests", findings);
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

    private static void amounts(JsonNode amounts, String path, Findings findings) {
        for (var amount : amounts.properties()) {
            var name = amount.getKey();
            var place = path + "[" + name + "]";
            ResourceNames.check(name, place, findings);
            if (ObjectNames.qualifiedName(name).isEmpty() && !name.contains("/") && !isStandard(name)) {
                findings.invalid(place, name, "must be a standard resource for containers");
            }
        }
        PodValidation.notNegative(amounts, path, findings);
    }

    private static boolean isStandard(String name) {
        return STANDARD_RESOURCES.contains(name) || name.startsWith("hugepages-");
    }
}
