package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node of a structural OpenAPI schema as custom resource definitions carry it, read once and then used for every
 * instance. Immutable.
 *
 * @param type JSON type, empty when any is allowed
 * @param values structure of members that are not in {@code properties}
 * @param items structure of array items
 * @param defaultValue of an absent value; never changed
 */
record Structural(
        String type,
        Map<String, Structural> properties,
        @Nullable Structural values,
        @Nullable Structural items,
        Marks marks,
        Limits limits,
        @Nullable JsonNode defaultValue) {
    /** Knows nothing. */
    static final Structural EMPTY = parse(Json.object());

    /**
     * Yes-or-no properties and list semantics.
     *
     * @param freeValues {@code additionalProperties: true}
     * @param embedded a whole object with apiVersion, kind and metadata
     */
    record Marks(
            boolean nullable,
            boolean intOrString,
            boolean preservesUnknown,
            boolean embedded,
            boolean freeValues,
            boolean atomicMap,
            ListMark list) {}

    /** How items of an array are identified. */
    record ListMark(ListType type, List<String> keys) {}

    /** Reads {@code openAPIV3Schema} or a part of it; members of wrong type count as absent. */
    static Structural parse(JsonNode schema) {
        var properties = new LinkedHashMap<String, Structural>();
        schema.path("properties")
                .properties()
                .forEach(entry -> properties.put(entry.getKey(), parse(entry.getValue())));
        var additional = schema.path("additionalProperties");
        return new Structural(
                schema.path("type").asText(""),
                properties,
                additional.isObject() ? parse(additional) : null,
                schema.path("items").isObject() ? parse(schema.get("items")) : null,
                marks(schema),
                Limits.parse(schema),
                schema.get("default"));
    }

    static List<Structural> parseAll(JsonNode schemas) {
        var list = new ArrayList<Structural>(schemas.size());
        schemas.forEach(schema -> list.add(parse(schema)));
        return List.copyOf(list);
    }

    private static Marks marks(JsonNode schema) {
        return new Marks(
                schema.path("nullable").asBoolean(),
                schema.path("x-kubernetes-int-or-string").asBoolean(),
                schema.path("x-kubernetes-preserve-unknown-fields").asBoolean(),
                schema.path("x-kubernetes-embedded-resource").asBoolean(),
                schema.path("additionalProperties").asBoolean(false),
                schema.path("x-kubernetes-map-type").asText("").equals("atomic"),
                listMark(schema));
    }

    private static ListMark listMark(JsonNode schema) {
        var keys = new ArrayList<String>();
        schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        var type = switch (schema.path("x-kubernetes-list-type").asText("")) {
            case "set" -> ListType.SET;
            case "map" -> ListType.MAP;
            default -> ListType.ATOMIC;
        };
        return new ListMark(type, List.copyOf(keys));
    }

    /** Structure of a member, null when nothing is said about it. */
    @Nullable Structural member(String name) {
        var property = properties.get(name);
        return property == null ? values : property;
    }

    /** Whether a member may be there although nothing is said about it. */
    boolean keepsUnknown() {
        return marks.preservesUnknown() || marks.freeValues();
    }
}
