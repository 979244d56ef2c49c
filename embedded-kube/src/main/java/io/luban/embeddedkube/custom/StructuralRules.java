package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a schema must fulfil so that instances can be pruned, defaulted and merged by it. */
final class StructuralRules {
    private static final int DEEPEST = 100;
    private static final int MOST_NODES = 10_000;
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<String> UNSUPPORTED =
            List.of("$ref", "definitions", "dependencies", "id", "patternProperties", "additionalItems");
    private static final Set<String> FREE_METADATA = Set.of("name", "generateName");

    private final List<StatusCause> problems;
    private int nodes;

    private StructuralRules(List<StatusCause> problems) {
        this.problems = problems;
    }

    /** What a schema node describes. */
    private enum Place {
        ROOT,
        MEMBER,
        ITEM
    }

    /** Adds the problems of an {@code openAPIV3Schema} at {@code path}. */
    static void check(JsonNode schema, String path, List<StatusCause> problems) {
        var rules = new StructuralRules(problems);
        rules.node(schema, path, Place.ROOT, 0);
        if (rules.nodes > MOST_NODES) {
            rules.invalid(path, "", "must not have more than " + MOST_NODES + " fields");
        }
    }

    private void node(JsonNode schema, String path, Place place, int depth) {
        if (depth > DEEPEST) {
            invalid(path, "", "must not be nested deeper than " + DEEPEST + " levels");
            return;
        }
        if (++nodes > MOST_NODES) {
            return;
        }
        type(schema, path, place);
        unsupported(schema, path);
        embedded(schema, path, place);
        ListSemantics.check(schema, path, problems);
        pattern(schema, path);
        defaults(schema, path);
        for (var property : schema.path("properties").properties()) {
            node(property.getValue(), path + ".properties[" + property.getKey() + "]", Place.MEMBER, depth + 1);
        }
        additional(schema, path, depth);
        items(schema, path, depth);
        new LogicRules(problems).check(schema, path);
    }

    private void type(JsonNode schema, String path, Place place) {
        var type = schema.path("type").asText("");
        boolean isIntOrString = schema.path("x-kubernetes-int-or-string").asBoolean();
        boolean keepsUnknown =
                schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (place == Place.ROOT) {
            if (type.isEmpty()) {
                required(path + ".type", "must not be empty at the root");
            } else if (!type.equals("object")) {
                invalid(path + ".type", type, "must be object at the root");
            }
            if (schema.path("nullable").asBoolean()) {
                forbidden(path + ".nullable", "nullable cannot be true at the root");
            }
        } else if (type.isEmpty() && !isIntOrString && !keepsUnknown) {
            required(
                    path + ".type",
                    place == Place.ITEM
                            ? "must not be empty for specified array items"
                            : "must not be empty for specified object fields");
        }
        if (!type.isEmpty() && isIntOrString) {
            invalid(path + ".type", type, "must be empty if x-kubernetes-int-or-string is true");
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            problems.add(StatusCause.notSupported(path + ".type", type, TYPES));
        }
    }

    private void unsupported(JsonNode schema, String path) {
        for (var member : UNSUPPORTED) {
            if (schema.has(member)) {
                forbidden(path + "." + member, member + " is not supported");
            }
        }
        if (schema.path("uniqueItems").asBoolean()) {
            forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        var keepsUnknown = schema.path("x-kubernetes-preserve-unknown-fields");
        if (keepsUnknown.isBoolean() && !keepsUnknown.booleanValue()) {
            problems.add(StatusCause.invalid(
                    path + ".x-kubernetes-preserve-unknown-fields", keepsUnknown, "must be true or undefined"));
        }
    }

    private void embedded(JsonNode schema, String path, Place place) {
        boolean isEmbedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
        var type = schema.path("type").asText("");
        if (isEmbedded && type.isEmpty()) {
            required(path + ".type", "must be object if x-kubernetes-embedded-resource is true");
        } else if (isEmbedded && !type.equals("object")) {
            invalid(path + ".type", type, "must be object if x-kubernetes-embedded-resource is true");
        }
        boolean isVoid = schema.path("properties").isEmpty()
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (isEmbedded && isVoid) {
            required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
        if (isEmbedded || place == Place.ROOT) {
            identity(schema, path);
        }
        if (place == Place.ROOT) {
            metadata(schema, path);
        }
    }

    private void identity(JsonNode schema, String path) {
        var properties = schema.path("properties");
        for (var name : List.of("apiVersion", "kind", "metadata")) {
            var wanted = name.equals("metadata") ? "object" : "string";
            var type = properties.path(name).path("type").asText(wanted);
            if (!type.equals(wanted)) {
                invalid(path + ".properties[" + name + "].type", type, "must be " + wanted);
            }
        }
    }

    private void metadata(JsonNode schema, String path) {
        var properties = schema.path("properties").path("metadata").path("properties");
        for (var property : properties.properties()) {
            if (!FREE_METADATA.contains(property.getKey())) {
                forbidden(
                        path + ".properties[metadata]",
                        "must not specify anything other than name and generateName, but metadata is implicitly specified");
                return;
            }
        }
    }

    private void pattern(JsonNode schema, String path) {
        var pattern = schema.path("pattern").asText("");
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            invalid(path + ".pattern", pattern, "must be a valid regular expression, but isn't: " + e.getMessage());
        }
    }

    private void defaults(JsonNode schema, String path) {
        var given = schema.get("default");
        if (given == null || given.isNull()) {
            return;
        }
        var structure = Structural.parse(schema);
        if (given instanceof ObjectNode object) {
            var unknown = new ArrayList<String>();
            Pruning.prunePart(object.deepCopy(), structure, unknown::add);
            if (!unknown.isEmpty()) {
                problems.add(StatusCause.invalid(path + ".default", given, "must not have unknown fields"));
            }
        }
        for (var problem : Validation.validate(given, structure, FieldPath.ROOT)) {
            var below = problem.field().isEmpty() || problem.field().equals("<nil>") ? "" : "." + problem.field();
            problems.add(new StatusCause(problem.reason(), problem.message(), path + ".default" + below));
        }
    }

    private void additional(JsonNode schema, String path, int depth) {
        var additional = schema.path("additionalProperties");
        if (additional.isMissingNode()) {
            return;
        }
        if (additional.isBoolean() && !additional.booleanValue()) {
            forbidden(path + ".additionalProperties", "additionalProperties cannot be set to false");
        } else if (!schema.path("properties").isEmpty()) {
            forbidden(path + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
        }
        if (additional.isObject()) {
            node(additional, path + ".additionalProperties", Place.MEMBER, depth + 1);
        }
    }

    private void items(JsonNode schema, String path, int depth) {
        var items = schema.path("items");
        if (items.isArray()) {
            forbidden(path + ".items", "items must be a schema object and not an array");
        } else if (items.isObject()) {
            node(items, path + ".items", Place.ITEM, depth + 1);
        } else if (schema.path("type").asText("").equals("array")) {
            required(path + ".items", "must be specified");
        }
    }

    private void required(String field, String detail) {
        problems.add(StatusCause.required(field, detail));
    }

    private void invalid(String field, String value, String detail) {
        problems.add(StatusCause.invalid(field, value, detail));
    }

    private void forbidden(String field, String detail) {
        problems.add(StatusCause.forbidden(field, detail));
    }
}
