package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.schema.Schema.ScalarType;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the body of an apply must fulfil so that its fields can be owned. */
final class AppliedBody {
    private final List<String> problems = new ArrayList<>();

    private AppliedBody() {}

    static void check(ObjectNode body, FieldManager manager, Schema schema) {
        var version = body.path("apiVersion").asText();
        if (!version.equals(manager.apiVersion())) {
            throw ApiException.badRequest(
                    "invalid object type: the apiVersion of the applied object is \"%s\", that of".formatted(version)
                            + " the endpoint is \"" + manager.apiVersion() + '"');
        }
        if (body.path("kind").asText().isEmpty()) {
            throw ApiException.badRequest("invalid object type: the applied object has no kind");
        }
        var given = body.path("metadata").path("managedFields");
        if (!given.isMissingNode() && !given.isNull()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        var check = new AppliedBody();
        check.object(body, schema, "");
        check.report(body);
    }

    private void report(ObjectNode body) {
        if (problems.isEmpty()) {
            return;
        }
        var text = problems.size() == 1 ? problems.getFirst() : "errors:\n  " + String.join("\n  ", problems);
        var metadata = body.path("metadata");
        throw ApiException.badRequest("failed to create typed patch object (%s/%s; %s, Kind=%s): %s"
                .formatted(
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText(),
                        body.path("apiVersion").asText(),
                        body.path("kind").asText(),
                        text));
    }

    private void value(JsonNode value, Schema schema, String path) {
        if (value.isNull()) {
            return;
        }
        switch (schema) {
            case Schema.Struct struct -> container(value.isObject(), "map", value, schema, path);
            case Schema.MapOf map -> container(value.isObject(), "map", value, schema, path);
            case ListOf list -> container(value.isArray(), "list", value, schema, path);
            case Schema.Scalar scalar -> scalar(value, scalar, path);
            case Schema.Any any -> {}
        }
    }

    private void container(boolean fits, String expected, JsonNode value, Schema schema, String path) {
        if (!fits) {
            problems.add("%s: expected %s, got %s".formatted(path, expected, Json.text(value)));
        } else if (value instanceof ObjectNode object) {
            object(object, schema, path);
        } else if (value instanceof ArrayNode array && schema instanceof ListOf list) {
            items(array, list, path);
        }
    }

    private void object(ObjectNode object, Schema schema, String path) {
        for (var member : object.properties()) {
            var name = member.getKey();
            var below = path + "." + name;
            boolean isType = path.isEmpty() && FieldSets.UNOWNED_ROOT.contains(name);
            if (schema instanceof Schema.Struct struct
                    && !struct.fields().containsKey(name)
                    && !struct.preservesUnknown()
                    && !isType) {
                problems.add(below + ": field not declared in schema");
            } else {
                value(member.getValue(), Granularity.member(schema, name), below);
            }
        }
    }

    private void items(ArrayNode array, ListOf list, String path) {
        var itemSchema = list.items().get();
        var seen = new HashSet<String>();
        for (int i = 0; i < array.size(); i++) {
            var item = array.get(i);
            var place = path + "[" + i + "]";
            if (list.type() != ListType.ATOMIC) {
                place = path + step(i, list, item, path, seen);
            }
            value(item, itemSchema, place);
        }
    }

    private String step(int position, ListOf list, JsonNode item, String path, Set<String> seen) {
        if (list.type() == ListType.MAP) {
            for (var key : list.keys()) {
                if (!item.has(key) && !list.keyDefaults().containsKey(key)) {
                    problems.add("%s: element %d: associative list with keys has an element that omits key field \"%s\""
                                    .formatted(path, position, key)
                            + " (and doesn't have default value)");
                }
            }
        }
        var edge = Edges.item(list, item);
        var text = EdgeText.of(edge);
        if (!seen.add(edge)) {
            problems.add(path + ": duplicate entries for key " + text);
        }
        return text;
    }

    private void scalar(JsonNode value, Schema.Scalar scalar, String path) {
        boolean fits = switch (scalar.type()) {
            case STRING -> value.isTextual() || (value.isNumber() && isQuantityLike(scalar));
            case INTEGER, NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case INT_OR_STRING -> value.isNumber() || value.isTextual();
        };
        if (!fits) {
            problems.add("%s: expected %s, got %s".formatted(path, nameOf(scalar.type()), describe(value)));
        }
    }

    private static boolean isQuantityLike(Schema.Scalar scalar) {
        // quantities may be written as bare numbers
        return !scalar.format().isEmpty()
                && !scalar.format().equals("byte")
                && !scalar.format().startsWith("date");
    }

    private static String nameOf(ScalarType type) {
        return switch (type) {
            case STRING -> "string";
            case INTEGER, NUMBER -> "numeric (int or float)";
            case BOOLEAN -> "boolean";
            case INT_OR_STRING -> "int or string";
        };
    }

    private static String describe(JsonNode value) {
        return value.isContainerNode() ? (value.isArray() ? "list" : "map") : Json.text(value);
    }
}
