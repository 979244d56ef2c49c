package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is accepted in pods and pod templates although it is hardly meant. */
final class PodWarnings {
    private static final Map<String, String> RENAMED_LABELS = Map.of(
            "beta.kubernetes.io/arch", "v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "v1.14; use \"kubernetes.io/os\" instead",
            "beta.kubernetes.io/instance-type", "v1.17; use \"node.kubernetes.io/instance-type\" instead",
            "failure-domain.beta.kubernetes.io/region", "v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone", "v1.17; use \"topology.kubernetes.io/zone\" instead");

    private PodWarnings() {}

    /** The warnings about an object of a kind that is a pod or makes pods; none for other kinds. */
    static List<String> of(String kind, ObjectNode object) {
        var warnings = new ArrayList<String>();
        switch (kind) {
            case "Pod" -> {
                name(object, "the Pod's hostname", warnings::add);
                spec(object.path("spec"), "spec", warnings::add);
            }
            case "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "Job" -> {
                name(object, "Pod names and hostnames", warnings::add);
                spec(object.at("/spec/template/spec"), "spec.template.spec", warnings::add);
            }
            case "DaemonSet" -> spec(object.at("/spec/template/spec"), "spec.template.spec", warnings::add);
            case "PodTemplate" -> spec(object.at("/template/spec"), "template.spec", warnings::add);
            case "CronJob" -> {
                name(object, "Pod names and hostnames", warnings::add);
                var path = "spec.jobTemplate.spec.template.spec";
                spec(object.at("/" + path.replace('.', '/')), path, warnings::add);
            }
            default -> {}
        }
        return warnings;
    }

    private static void name(ObjectNode object, String use, Consumer<String> warning) {
        var problems = ObjectNames.label(object.path("metadata").path("name").asText());
        if (!problems.isEmpty()) {
            warning.accept(
                    "metadata.name: this is used in %s, which can result in surprising behavior; a DNS label is recommended: [%s]"
                            .formatted(use, String.join(" ", problems)));
        }
    }

    private static void spec(JsonNode spec, String path, Consumer<String> warning) {
        for (var label : spec.path("nodeSelector").properties()) {
            var since = RENAMED_LABELS.get(label.getKey());
            if (since != null) {
                warning.accept("%s.nodeSelector[%s]: deprecated since %s".formatted(path, label.getKey(), since));
            }
        }
        var secrets = spec.path("imagePullSecrets");
        for (int i = 0; i < secrets.size(); i++) {
            if (secrets.get(i).path("name").asText().isEmpty()) {
                warning.accept("%s.imagePullSecrets[%d].name: invalid empty name \"\"".formatted(path, i));
            }
        }
        for (var list : List.of("initContainers", "containers")) {
            var containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                var place = path + "." + list + "[" + i + "]";
                variables(containers.get(i).path("env"), place + ".env", warning);
                ports(containers.get(i).path("ports"), place + ".ports", warning);
            }
        }
    }

    private static void variables(JsonNode variables, String path, Consumer<String> warning) {
        var names = new HashSet<String>();
        for (int i = 0; i < variables.size(); i++) {
            var variable = variables.get(i);
            var name = variable.path("name").asText();
            var reference = "$(" + name + ")";
            var value = variable.path("value").asText();
            boolean extendsFormer = value.contains(reference) && !value.equals(reference);
            if (!names.add(name) && (!extendsFormer || variable.has("valueFrom"))) {
                warning.accept("%s[%d]: hides previous definition of \"%s\", which may be dropped when using apply"
                        .formatted(path, i, name));
            }
        }
    }

    private static void ports(JsonNode ports, String path, Consumer<String> warning) {
        var known = new HashMap<String, Integer>();
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var key = port.path("protocol").asText("TCP")
                    + port.path("containerPort").asText();
            var former = known.putIfAbsent(key, i);
            if (former != null) {
                warning.accept("%s[%d]: duplicate port definition with %s[%d]".formatted(path, i, path, former));
            }
        }
    }
}
