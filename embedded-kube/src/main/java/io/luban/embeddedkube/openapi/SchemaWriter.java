package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Json;
import java.util.Locale;

/** Writes structures as OpenAPI schemas. Named structs and the special leaves of Kubernetes become references. */
final class SchemaWriter {
    private static final String TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
    private static final String MICRO_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    private final Components components;
    private final boolean custom;

    private SchemaWriter(Components components, boolean custom) {
        this.components = components;
        this.custom = custom;
    }

    /** The schema of a struct itself; {@code custom} ones carry no patch rules. */
    static ObjectNode struct(Schema.Struct struct, Components components, boolean custom) {
        return new SchemaWriter(components, custom).struct(struct);
    }

    private ObjectNode struct(Schema.Struct struct) {
        var json = Json.object();
        if (!struct.description().isEmpty()) {
            json.put("description", struct.description());
        }
        json.put("type", "object");
        var required = Json.array();
        var properties = Json.object();
        struct.fields().forEach((name, field) -> {
            properties.set(name, property(field));
            if (field.required()) {
                required.add(name);
            }
        });
        if (!required.isEmpty()) {
            json.set("required", required);
        }
        if (!properties.isEmpty()) {
            json.set("properties", properties);
        }
        if (struct.atomic()) {
            json.put("x-kubernetes-map-type", "atomic");
        }
        if (struct.preservesUnknown()) {
            json.put("x-kubernetes-preserve-unknown-fields", true);
        }
        return json;
    }

    private ObjectNode property(Schema.Field field) {
        var json = Json.object();
        if (!field.description().isEmpty()) {
            json.put("description", field.description());
        }
        var schema = value(field.schema().get());
        if (schema.has("$ref")) {
            json.set("allOf", Json.array().add(schema));
            if (!field.keepsZero()) {
                json.putObject("default");
            }
        } else {
            // The description of the member is more telling than that of an anonymous struct behind it.
            schema.properties().forEach(entry -> {
                if (!json.has(entry.getKey())) {
                    json.set(entry.getKey(), entry.getValue());
                }
            });
        }
        field.defaultValue().ifPresent(value -> json.set("default", value));
        if (!custom) {
            addPatchRules(json, field.patch());
        }
        return json;
    }

    private static void addPatchRules(ObjectNode json, Schema.PatchStrategy patch) {
        if (!patch.mergeKey().isEmpty()) {
            json.put("x-kubernetes-patch-merge-key", patch.mergeKey());
        }
        var strategy = new StringBuilder();
        if (patch.merge()) {
            strategy.append("merge");
        }
        if (patch.retainKeys()) {
            strategy.append(strategy.isEmpty() ? "" : ",").append("retainKeys");
        }
        if (patch.replace()) {
            strategy.append(strategy.isEmpty() ? "" : ",").append("replace");
        }
        if (!strategy.isEmpty()) {
            json.put("x-kubernetes-patch-strategy", strategy.toString());
        }
    }

    private ObjectNode value(Schema schema) {
        return switch (schema) {
            case Schema.Struct struct -> struct.typeName().isEmpty() ? struct(struct) : components.refer(struct);
            case Schema.MapOf map -> map(map);
            case Schema.ListOf list -> list(list);
            case Schema.Scalar scalar -> scalar(scalar);
            case Schema.Any any -> any();
        };
    }

    private ObjectNode any() {
        return custom ? Json.object().put("x-kubernetes-preserve-unknown-fields", true) : Json.object();
    }

    private ObjectNode map(Schema.MapOf map) {
        var json = Json.object().put("type", "object");
        json.set("additionalProperties", element(map.values().get()));
        if (map.atomic()) {
            json.put("x-kubernetes-map-type", "atomic");
        }
        return json;
    }

    private ObjectNode list(Schema.ListOf list) {
        var json = Json.object().put("type", "array");
        json.set("items", element(list.items().get()));
        json.put("x-kubernetes-list-type", list.type().name().toLowerCase(Locale.ROOT));
        if (!list.keys().isEmpty()) {
            var keys = json.putArray("x-kubernetes-list-map-keys");
            list.keys().forEach(keys::add);
        }
        return json;
    }

    private ObjectNode element(Schema schema) {
        var json = value(schema);
        return json.has("$ref") ? Json.object().set("allOf", Json.array().add(json)) : json;
    }

    private ObjectNode scalar(Schema.Scalar scalar) {
        if (custom) {
            return scalar.type() == Schema.ScalarType.INT_OR_STRING
                    ? Json.object().put("x-kubernetes-int-or-string", true)
                    : leaf(type(scalar.type()), scalar.format());
        }
        return switch (scalar.format()) {
            case SchemaLibrary.QUANTITY -> components.refer(QUANTITY, oneOf("string", "number", ""));
            case SchemaLibrary.MICRO_TIME -> components.refer(MICRO_TIME, leaf("string", "date-time"));
            case "date-time" -> components.refer(TIME, leaf("string", "date-time"));
            case "int-or-string" -> components.refer(INT_OR_STRING, oneOf("integer", "string", "int-or-string"));
            default -> leaf(type(scalar.type()), scalar.format());
        };
    }

    private static String type(Schema.ScalarType type) {
        return switch (type) {
            case STRING, INT_OR_STRING -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
        };
    }

    private static ObjectNode leaf(String type, String format) {
        var json = Json.object().put("type", type);
        return format.isEmpty() ? json : json.put("format", format);
    }

    private static ObjectNode oneOf(String first, String second, String format) {
        var json = Json.object();
        if (!format.isEmpty()) {
            json.put("format", format);
        }
        json.putArray("oneOf").add(leaf(first, "")).add(leaf(second, ""));
        return json;
    }
}
