package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What an operation would change: the objects of two manifests compared field by field. */
final class ManifestDiff {
    private static final int MOST_FIELDS = 200;

    private ManifestDiff() {}

    /** The objects of a manifest, lists taken apart, by kind, namespace and name. */
    static Map<String, ObjectNode> objects(String manifest, String namespace) {
        var objects = new LinkedHashMap<String, ObjectNode>();
        try {
            for (var document : Yaml.parseAll(manifest)) {
                collect(document, namespace, objects);
            }
        } catch (ParseException e) {
            throw new PreparationException("InvalidManifest", "the rendered manifest: " + e.getMessage());
        }
        return objects;
    }

    private static void collect(JsonNode document, String namespace, Map<String, ObjectNode> objects) {
        if (document.path("kind").asText("").equals("List")
                && document.path("items").isArray()) {
            document.path("items").forEach(item -> collect(item, namespace, objects));
        } else if (document instanceof ObjectNode object && object.has("kind")) {
            var key = String.join(
                    " ",
                    object.path("apiVersion").asText(""),
                    object.path("kind").asText(""),
                    object.at("/metadata/namespace").asText(namespace),
                    object.at("/metadata/name").asText(""));
            objects.put(key, object);
        }
    }

    /** What has to be added, changed and removed to come from one to the other. */
    static ArrayNode between(Map<String, ObjectNode> before, Map<String, ObjectNode> after) {
        var list = Json.array();
        after.forEach((key, object) -> {
            var present = before.get(key);
            if (present == null) {
                list.add(entry("add", object));
            } else if (!present.equals(object)) {
                var entry = entry("change", object);
                var fields = Json.array();
                compare("", present, object, fields);
                entry.set("fields", fields);
                list.add(entry);
            }
        });
        before.forEach((key, object) -> {
            if (!after.containsKey(key)) {
                list.add(entry("remove", object));
            }
        });
        return list;
    }

    private static ObjectNode entry(String operation, ObjectNode object) {
        var entry = Json.object().put("operation", operation);
        entry.put("apiVersion", object.path("apiVersion").asText(""));
        entry.put("kind", object.path("kind").asText(""));
        var namespace = object.at("/metadata/namespace").asText("");
        if (!namespace.isEmpty()) {
            entry.put("namespace", namespace);
        }
        return entry.put("name", object.at("/metadata/name").asText(""));
    }

    private static void compare(String path, JsonNode before, JsonNode after, ArrayNode fields) {
        if (before.equals(after) || fields.size() >= MOST_FIELDS) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            var names = new TreeSet<>(names(before));
            names.addAll(names(after));
            names.forEach(name -> compare(
                    path + "/" + name.replace("~", "~0").replace("/", "~1"),
                    before.path(name),
                    after.path(name),
                    fields));
        } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
            for (int i = 0; i < before.size(); i++) {
                compare(path + "/" + i, before.path(i), after.path(i), fields);
            }
        } else {
            var field = fields.addObject().put("path", path);
            if (!before.isMissingNode()) {
                field.set("before", before);
            }
            if (!after.isMissingNode()) {
                field.set("after", after);
            }
        }
    }

    private static List<String> names(JsonNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
