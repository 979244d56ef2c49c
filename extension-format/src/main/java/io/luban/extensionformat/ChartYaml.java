package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The {@code Chart.yaml} that is generated from {@code extension.yaml}; keys are sorted so that packages compare. */
final class ChartYaml {
    static final String FILE = "Chart.yaml";

    private ChartYaml() {}

    static String generate(ExtensionMetadata metadata) {
        var fields = new TreeMap<String, JsonNode>();
        fields.put("apiVersion", Json.object().textNode("v2"));
        putText(fields, "description", metadata.defaultText("description"));
        for (var field : new String[] {"name", "version", "kubeVersion", "home", "icon"}) {
            putText(fields, field, metadata.text(field));
        }
        for (var field : new String[] {"keywords", "sources", "maintainers", "annotations"}) {
            if (!metadata.value(field).isEmpty()) {
                fields.put(field, metadata.value(field));
            }
        }
        if (!metadata.value("dependencies").isEmpty()) {
            var dependencies = Json.array();
            metadata.value("dependencies").forEach(entry -> dependencies.add(dependency(entry)));
            fields.put("dependencies", dependencies);
        }
        return Yaml.write(sorted(fields));
    }

    /** Helm reads a dependency without a repository as one that is already below {@code charts/}. */
    private static ObjectNode dependency(JsonNode entry) {
        var fields = new TreeMap<String, JsonNode>();
        entry.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        fields.putIfAbsent("repository", Json.object().textNode(""));
        return sorted(fields);
    }

    private static void putText(Map<String, JsonNode> fields, String name, String text) {
        if (!text.isEmpty()) {
            fields.put(name, Json.object().textNode(text));
        }
    }

    private static ObjectNode sorted(SortedMap<String, JsonNode> fields) {
        var object = Json.object();
        fields.forEach(object::set);
        return object;
    }
}
