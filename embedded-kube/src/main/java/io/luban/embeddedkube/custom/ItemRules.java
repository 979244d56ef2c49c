package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.operation.EmbeddedMetadata;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.model.Json;
import io.luban.model.ObjectNames;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What lists and embedded objects must fulfil beyond OpenAPI: unique items, complete identity. */
final class ItemRules {
    private final List<StatusCause> problems = new ArrayList<>();

    private ItemRules() {}

    /** Problems of embedded objects, then of lists. */
    static List<StatusCause> check(JsonNode object, Structural schema) {
        var rules = new ItemRules();
        rules.walk(object, schema, FieldPath.ROOT, true);
        rules.walk(object, schema, FieldPath.ROOT, false);
        return rules.problems;
    }

    private void walk(JsonNode value, Structural schema, FieldPath path, boolean isAboutObjects) {
        if (value instanceof ObjectNode object) {
            if (isAboutObjects && schema.marks().embedded()) {
                embedded(object, path);
            }
            for (var member : object.properties()) {
                var below = schema.member(member.getKey());
                if (below != null) {
                    walk(member.getValue(), below, path.member(member.getKey()), isAboutObjects);
                }
            }
        } else if (value instanceof ArrayNode array) {
            if (!isAboutObjects) {
                unique(array, schema, path);
            }
            var items = schema.items();
            for (int i = 0; items != null && i < array.size(); i++) {
                walk(array.get(i), items, path.item(i), isAboutObjects);
            }
        }
    }

    private void embedded(ObjectNode object, FieldPath path) {
        for (var name : List.of("apiVersion", "kind")) {
            if (object.path(name).asText("").isEmpty()) {
                problems.add(StatusCause.required(path.member(name).text(), "must not be empty"));
            }
        }
        var kind = object.path("kind").asText("").toLowerCase(Locale.ROOT);
        if (!kind.isEmpty()) {
            ObjectNames.label1035(kind)
                    .forEach(problem -> problems.add(StatusCause.invalid(
                            path.member("kind").text(), object.path("kind").asText(), problem)));
        }
        if (object.get("metadata") instanceof ObjectNode metadata) {
            for (var problem : EmbeddedMetadata.problems(metadata)) {
                var field = path.text() + "." + problem.field();
                problems.add(new StatusCause(problem.reason(), problem.message(), field));
            }
        }
    }

    private void unique(ArrayNode array, Structural schema, FieldPath path) {
        var list = schema.marks().list();
        if (list.type() == ListType.ATOMIC) {
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < array.size(); i++) {
            var identity = list.type() == ListType.SET ? Json.text(array.get(i)) : keys(array.get(i), list.keys());
            if (!seen.add(identity)) {
                problems.add(new StatusCause(
                        "FieldValueDuplicate",
                        "Duplicate value: " + identity,
                        path.item(i).text()));
            }
        }
    }

    private static String keys(JsonNode item, List<String> keys) {
        return keys.stream()
                .sorted()
                .filter(item::has)
                .map(key -> '"' + key + "\":" + Json.text(item.get(key)))
                .collect(Collectors.joining(", ", "map[string]interface {}{", "}"));
    }
}
