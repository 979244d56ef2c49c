package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The schema of a custom kind as its author wrote it, with what Kubernetes implies: whole objects within an object have
 * apiVersion, kind and metadata, and lists say how they merge.
 */
final class PublishedSchema {
    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final Set<String> DATA =
            Set.of("default", "enum", "example", "required", "x-kubernetes-validations");

    private final Supplier<ObjectNode> implied;

    private PublishedSchema(Supplier<ObjectNode> implied) {
        this.implied = implied;
    }

    /** A copy of the schema; {@code implied} answers the members that every object has. */
    static ObjectNode of(JsonNode schema, Supplier<ObjectNode> implied) {
        return new PublishedSchema(implied).object(schema);
    }

    private ObjectNode object(JsonNode schema) {
        var json = Json.object();
        schema.properties().forEach(entry -> {
            var name = entry.getKey();
            var value = entry.getValue();
            if (name.equals("properties")) {
                var properties = json.putObject(name);
                value.properties().forEach(member -> properties.set(member.getKey(), object(member.getValue())));
            } else if (DATA.contains(name)) {
                json.set(name, value.deepCopy());
            } else {
                json.set(name, part(value));
            }
        });
        if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            var properties = json.withObject("/properties");
            implied.get().properties().forEach(entry -> properties.set(entry.getKey(), entry.getValue()));
        }
        if (schema.path("type").asText("").equals("array") && !schema.has(LIST_TYPE)) {
            json.put(LIST_TYPE, "atomic");
        }
        return json;
    }

    private JsonNode part(JsonNode value) {
        if (value instanceof ArrayNode array) {
            var copy = Json.array();
            array.forEach(item -> copy.add(part(item)));
            return copy;
        }
        return value.isObject() ? object(value) : value;
    }
}
