package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;

/** The JSON patch (RFC 6902) from one object to another. Lists are replaced as a whole. */
final class JsonChanges {
    private final ArrayNode operations = Json.array();

    private JsonChanges() {}

    static ArrayNode between(ObjectNode before, ObjectNode after) {
        var changes = new JsonChanges();
        changes.compare("", before, after);
        return changes.operations;
    }

    private void compare(String path, ObjectNode before, ObjectNode after) {
        for (var field : before.properties()) {
            if (!after.has(field.getKey())) {
                operations.addObject().put("op", "remove").put("path", path + "/" + escaped(field.getKey()));
            }
        }
        for (var field : after.properties()) {
            var place = path + "/" + escaped(field.getKey());
            var wanted = field.getValue();
            if (!before.has(field.getKey())) {
                add("add", place, wanted);
            } else if (before.path(field.getKey()) instanceof ObjectNode old && wanted instanceof ObjectNode object) {
                compare(place, old, object);
            } else if (!Json.sameValue(before.path(field.getKey()), wanted)) {
                add("replace", place, wanted);
            }
        }
    }

    private void add(String operation, String path, JsonNode value) {
        operations.addObject().put("op", operation).put("path", path).set("value", value);
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
