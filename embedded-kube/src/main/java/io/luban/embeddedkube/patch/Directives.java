package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;

/** Turns a part of a patch into a plain value, for places where nothing stands yet that it could be merged with. */
final class Directives {
    private Directives() {}

    /** The value without directives, without nulls, and without list items that are only there to be deleted. */
    static JsonNode dropped(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> members(object);
            case ArrayNode array -> items(array);
            default -> value;
        };
    }

    private static ObjectNode members(ObjectNode object) {
        var result = Json.object();
        for (var member : object.properties()) {
            if (!isDirective(member.getKey()) && !member.getValue().isNull()) {
                result.set(member.getKey(), dropped(member.getValue()));
            }
        }
        return result;
    }

    private static ArrayNode items(ArrayNode array) {
        var result = Json.array();
        for (var item : array) {
            var directive = item.path(StrategicMergePatch.DIRECTIVE).asText();
            boolean isOnlyDirective = !directive.isEmpty() && (directive.equals("delete") || item.size() == 1);
            if (!isOnlyDirective) {
                result.add(dropped(item));
            }
        }
        return result;
    }

    private static boolean isDirective(String name) {
        return name.startsWith("$")
                && (name.equals(StrategicMergePatch.DIRECTIVE)
                        || name.equals(StrategicMergePatch.RETAIN_KEYS)
                        || name.startsWith(StrategicMergePatch.DELETE_PREFIX)
                        || name.startsWith(StrategicMergePatch.ORDER_PREFIX));
    }
}
