package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.List;

/** Turns the documents of all group versions into one of version 2, for tools that know nothing newer. */
final class Swagger {
    private Swagger() {}

    static ObjectNode of(List<ObjectNode> documents) {
        var json = Json.object().put("swagger", "2.0");
        json.putObject("info").put("title", "Kubernetes").put("version", "v1.33.4");
        var paths = json.putObject("paths");
        var definitions = json.putObject("definitions");
        for (var document : documents) {
            document.path("components").path("schemas").properties().forEach(entry -> {
                if (!definitions.has(entry.getKey())) {
                    definitions.set(entry.getKey(), schema(entry.getValue()));
                }
            });
            document.path("paths").properties().forEach(entry -> paths.set(entry.getKey(), path(entry.getValue())));
        }
        return json;
    }

    private static JsonNode path(JsonNode path) {
        var json = Json.object();
        path.properties()
                .forEach(entry -> json.set(
                        entry.getKey(),
                        entry.getKey().equals("parameters")
                                ? parameters(entry.getValue())
                                : operation(entry.getValue())));
        return json;
    }

    private static ObjectNode operation(JsonNode operation) {
        var json = Json.object();
        operation.properties().forEach(entry -> {
            switch (entry.getKey()) {
                case "parameters" -> json.set("parameters", parameters(entry.getValue()));
                case "requestBody" -> body(json, entry.getValue());
                case "responses" -> json.set("responses", responses(entry.getValue()));
                default -> json.set(entry.getKey(), entry.getValue());
            }
        });
        return json;
    }

    private static void body(ObjectNode operation, JsonNode requestBody) {
        var consumes = operation.putArray("consumes");
        requestBody.path("content").properties().forEach(entry -> consumes.add(entry.getKey()));
        var first = requestBody.path("content").elements().next();
        var parameter = operation
                .withArray("/parameters")
                .addObject()
                .put("name", "body")
                .put("in", "body");
        parameter.set("schema", schema(first.path("schema")));
        parameter.put("required", requestBody.path("required").asBoolean());
    }

    private static ArrayNode parameters(JsonNode parameters) {
        var json = Json.array();
        for (var parameter : parameters) {
            var flat = json.addObject();
            parameter.properties().forEach(entry -> {
                if (entry.getKey().equals("schema")) {
                    flat.setAll((ObjectNode) entry.getValue());
                } else {
                    flat.set(entry.getKey(), entry.getValue());
                }
            });
        }
        return json;
    }

    private static ObjectNode responses(JsonNode responses) {
        var json = Json.object();
        responses.properties().forEach(entry -> {
            var response = json.putObject(entry.getKey());
            response.set("description", entry.getValue().path("description"));
            var content = entry.getValue().path("content");
            if (!content.isEmpty()) {
                response.set("schema", schema(content.elements().next().path("schema")));
            }
        });
        return json;
    }

    /** Names of members may look like keywords: schemas have members of the same names. */
    private static ObjectNode properties(JsonNode properties) {
        var json = Json.object();
        properties.properties().forEach(entry -> json.set(entry.getKey(), schema(entry.getValue())));
        return json;
    }

    /**
     * References point elsewhere and need no wrapping; alternatives, nulls and defaults of custom kinds are unknown to
     * version 2.
     */
    private static JsonNode schema(JsonNode schema) {
        if (schema instanceof ArrayNode array) {
            var copy = Json.array();
            array.forEach(item -> copy.add(schema(item)));
            return copy;
        }
        if (!(schema instanceof ObjectNode)) {
            return schema;
        }
        var json = Json.object();
        schema.properties().forEach(entry -> {
            switch (entry.getKey()) {
                case "$ref" ->
                    json.put("$ref", entry.getValue().asText().replace("#/components/schemas/", "#/definitions/"));
                case "properties" -> json.set("properties", properties(entry.getValue()));
                case "allOf" -> unwrap(entry.getValue(), json);
                case "oneOf" -> json.put("type", schema.path("type").asText("string"));
                case "anyOf", "not", "nullable" -> {}
                case "default", "enum", "example" -> json.set(entry.getKey(), entry.getValue());
                default -> json.set(entry.getKey(), schema(entry.getValue()));
            }
        });
        return json;
    }

    private static void unwrap(JsonNode allOf, ObjectNode json) {
        if (allOf.path(0).has("$ref")) {
            json.setAll((ObjectNode) schema(allOf.get(0)));
        }
    }
}
