package io.luban.ksbuilder.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.ksbuilder.chart.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An object that runs pods.
 *
 * @param kind its kind
 * @param name its name
 * @param source template it comes from
 * @param pod spec of the pods
 */
record Workload(String kind, String name, String source, JsonNode pod) {
    private static final String TEMPLATE = "/spec/template/spec";
    private static final Map<String, String> POD_SPECS = Map.of(
            "Deployment", TEMPLATE,
            "StatefulSet", TEMPLATE,
            "DaemonSet", TEMPLATE,
            "ReplicaSet", TEMPLATE,
            "Job", TEMPLATE,
            "CronJob", "/spec/jobTemplate/spec/template/spec",
            "Pod", "/spec");

    /** The workloads among the objects, also those wrapped in lists. */
    static List<Workload> of(List<Manifest.Document> documents) {
        var workloads = new ArrayList<Workload>();
        for (var document : documents) {
            document.object().stream()
                    .flatMap(Workload::items)
                    .forEach(object -> of(object, document.source()).ifPresent(workloads::add));
        }
        return workloads;
    }

    String subject() {
        return kind + " " + name + " (" + source + ")";
    }

    /** Containers of both sorts; entries that are no maps are left out. */
    List<JsonNode> containers() {
        var all = new ArrayList<JsonNode>();
        pod.path("initContainers").forEach(all::add);
        pod.path("containers").forEach(all::add);
        all.removeIf(container -> !container.isObject());
        return all;
    }

    private static Stream<JsonNode> items(JsonNode object) {
        var items = object.path("items");
        if (!"List".equals(object.path("kind").asText("")) || !items.isArray()) {
            return Stream.of(object);
        }
        var all = new ArrayList<JsonNode>();
        items.forEach(all::add);
        return all.stream();
    }

    private static Optional<Workload> of(JsonNode object, String source) {
        var kind = object.path("kind").asText("");
        var path = POD_SPECS.get(kind);
        return path == null
                ? Optional.empty()
                : Optional.of(new Workload(kind, object.at("/metadata/name").asText(""), source, object.at(path)));
    }
}
