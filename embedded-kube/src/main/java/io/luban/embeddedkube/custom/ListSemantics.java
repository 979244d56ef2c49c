package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What {@code x-kubernetes-list-type} and {@code x-kubernetes-map-type} demand of the schema around them. */
final class ListSemantics {
    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String KEYS = "x-kubernetes-list-map-keys";
    private static final String MAP_TYPE = "x-kubernetes-map-type";
    private static final List<String> LIST_TYPES = List.of("atomic", "set", "map");
    private static final List<String> MAP_TYPES = List.of("granular", "atomic");
    private static final Set<String> SCALARS = Set.of("boolean", "integer", "number", "string");

    private final JsonNode schema;
    private final String path;
    private final List<StatusCause> problems;

    private ListSemantics(JsonNode schema, String path, List<StatusCause> problems) {
        this.schema = schema;
        this.path = path;
        this.problems = problems;
    }

    static void check(JsonNode schema, String path, List<StatusCause> problems) {
        var semantics = new ListSemantics(schema, path, problems);
        semantics.known(LIST_TYPE, LIST_TYPES, "array");
        semantics.known(MAP_TYPE, MAP_TYPES, "object");
        switch (Trees.text(schema, LIST_TYPE)) {
            case "set" -> semantics.set();
            case "map" -> semantics.map();
            default -> {
                if (schema.has(KEYS)) {
                    problems.add(StatusCause.forbidden(
                            path + "." + KEYS, "must be empty if x-kubernetes-list-type is not map"));
                }
            }
        }
    }

    private void known(String member, List<String> allowed, String wantedType) {
        var value = Trees.text(schema, member);
        if (value.isEmpty()) {
            return;
        }
        var type = Trees.text(schema, "type");
        var rule = "must be " + wantedType + " if " + member + " is specified";
        if (type.isEmpty()) {
            problems.add(StatusCause.required(path + ".type", rule));
        } else if (!type.equals(wantedType)) {
            problems.add(StatusCause.invalid(path + ".type", type, rule));
        }
        if (!allowed.contains(value)) {
            problems.add(StatusCause.notSupported(path + "." + member, value, allowed));
        }
    }

    private void set() {
        var items = schema.path("items");
        var type = Trees.text(items, "type");
        var mark = type.equals("array") ? LIST_TYPE : MAP_TYPE;
        boolean isAtomic = SCALARS.contains(type)
                || type.isEmpty()
                || Trees.text(items, mark).equals("atomic")
                || (type.equals("array") && !items.has(LIST_TYPE));
        if (!isAtomic) {
            problems.add(StatusCause.invalid(
                    path + ".items." + mark,
                    Trees.text(items, mark),
                    "must be atomic as item of a list with x-kubernetes-list-type=set"));
        }
    }

    private void map() {
        var items = schema.path("items");
        if (!items.isObject()) {
            problems.add(StatusCause.required(path + ".items", "must have a schema if x-kubernetes-list-type is map"));
            return;
        }
        if (!Trees.text(items, "type").equals("object")) {
            problems.add(StatusCause.invalid(
                    path + ".items.type",
                    Trees.text(items, "type"),
                    "must be object if parent array's x-kubernetes-list-type is map"));
        }
        if (schema.path(KEYS).isEmpty()) {
            problems.add(StatusCause.required(path + "." + KEYS, "must not be empty if x-kubernetes-list-type is map"));
        }
        var seen = new HashSet<String>();
        var keys = Trees.items(schema.path(KEYS));
        for (int i = 0; i < keys.size(); i++) {
            key(items, keys.get(i), path + "." + KEYS + "[" + i + "]", seen);
        }
    }

    private void key(JsonNode items, String key, String place, Set<String> seen) {
        if (!seen.add(key)) {
            problems.add(StatusCause.duplicate(place, key));
        }
        var property = items.path("properties").path(key);
        if (property.isMissingNode()) {
            problems.add(StatusCause.invalid(place, key, "entries must all be names of item properties"));
            return;
        }
        var type = Trees.text(property, "type");
        boolean isScalar = SCALARS.contains(type)
                || property.path("x-kubernetes-int-or-string").asBoolean();
        var field = path + ".items.properties[" + key + "]";
        if (!isScalar) {
            problems.add(StatusCause.invalid(
                    field + ".type", type, "must be a scalar type if parent array's x-kubernetes-list-type is map"));
        }
        boolean isRequired = Trees.items(items.path("required")).contains(key);
        if (!isRequired && !property.has("default")) {
            problems.add(
                    StatusCause.required(
                            field + ".default",
                            "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
        }
    }
}
