package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.Field;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.schema.Schema.PatchStrategy;
import io.luban.embeddedkube.schema.Schema.Scalar;
import io.luban.embeddedkube.schema.Schema.ScalarType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Translates the schema of a definition into the structure that apply and OpenAPI work with. */
final class InstanceSchema {
    private static final Schema TEXT = new Scalar(ScalarType.STRING, "");

    private final Schema metadata;

    /** {@code metadata} is the structure of object metadata. */
    InstanceSchema(Schema metadata) {
        this.metadata = metadata;
    }

    /** Structure of a whole object; identity and metadata are implied. */
    Schema whole(JsonNode schema) {
        var fields = new LinkedHashMap<String, Field>();
        fields.put("apiVersion", implied("apiVersion", TEXT));
        fields.put("kind", implied("kind", TEXT));
        fields.put("metadata", implied("metadata", metadata));
        fields(schema).forEach(fields::putIfAbsent);
        return new Schema.Struct("", description(schema), fields, false, keepsUnknown(schema));
    }

    private Schema value(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return new Scalar(ScalarType.INT_OR_STRING, "int-or-string");
        }
        var format = schema.path("format").asText("");
        return switch (schema.path("type").asText("")) {
            case "object" -> object(schema);
            case "array" -> list(schema);
            case "string" -> new Scalar(ScalarType.STRING, format);
            case "integer" -> new Scalar(ScalarType.INTEGER, format);
            case "number" -> new Scalar(ScalarType.NUMBER, format);
            case "boolean" -> new Scalar(ScalarType.BOOLEAN, format);
            default -> Schema.ANY;
        };
    }

    private Schema object(JsonNode schema) {
        boolean atomic = schema.path("x-kubernetes-map-type").asText("").equals("atomic");
        var additional = schema.path("additionalProperties");
        if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            return whole(schema);
        }
        if (additional.isObject() || additional.asBoolean(false)) {
            var values = additional.isObject() ? value(additional) : Schema.ANY;
            return new Schema.MapOf(() -> values, atomic);
        }
        var fields = fields(schema);
        return fields.isEmpty() && keepsUnknown(schema) && !atomic
                ? Schema.ANY
                : new Schema.Struct("", description(schema), fields, atomic, keepsUnknown(schema));
    }

    private Schema list(JsonNode schema) {
        var items = schema.path("items").isObject() ? value(schema.get("items")) : Schema.ANY;
        var mark = Structural.parse(schema).marks().list();
        return new Schema.ListOf(() -> items, mark.type(), mark.keys(), keyDefaults(schema, mark));
    }

    private static Map<String, JsonNode> keyDefaults(JsonNode schema, Structural.ListMark mark) {
        if (mark.type() != ListType.MAP) {
            return Map.of();
        }
        var defaults = new LinkedHashMap<String, JsonNode>();
        for (var key : mark.keys()) {
            var value = schema.path("items").path("properties").path(key).get("default");
            if (value != null) {
                defaults.put(key, value);
            }
        }
        return defaults;
    }

    private Map<String, Field> fields(JsonNode schema) {
        var required = new HashSet<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        var fields = new LinkedHashMap<String, Field>();
        for (var entry : schema.path("properties").properties()) {
            var name = entry.getKey();
            var structure = value(entry.getValue());
            fields.put(
                    name,
                    new Field(
                            name,
                            description(entry.getValue()),
                            () -> structure,
                            required.contains(name),
                            true,
                            PatchStrategy.DEFAULT,
                            Optional.ofNullable(entry.getValue().get("default"))));
        }
        return fields;
    }

    private static Field implied(String name, Schema schema) {
        return new Field(name, "", () -> schema, false, false, PatchStrategy.DEFAULT, Optional.empty());
    }

    private static boolean keepsUnknown(JsonNode schema) {
        return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    }

    private static String description(JsonNode schema) {
        return schema.path("description").asText("");
    }
}
