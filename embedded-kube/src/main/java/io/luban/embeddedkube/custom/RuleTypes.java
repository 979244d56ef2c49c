package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.expression.ValueType.Kind;
import io.luban.embeddedkube.expression.ValueType.ListKind;
import io.luban.embeddedkube.expression.ValueType.Scalar;
import io.luban.model.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/**
 * Reads schemas as types of expression variables. What a schema leaves open is not accessible to expressions; sizes that
 * it does not limit are limited by what fits into a request.
 */
final class RuleTypes {
    private static final long REQUEST_BYTES = 3L * 1024 * 1024;
    private static final long BYTES_PER_CHARACTER = 4;
    private static final long TIME_BYTES = 42;
    private static final long DURATION_BYTES = 32;
    private static final long DATE_BYTES = 12;

    private RuleTypes() {}

    /** A type with the bytes that its shortest value takes in JSON. */
    private record Sized(ValueType type, long smallest) {}

    /** The type of a schema, empty when nothing is known about its values; {@code isRoot} of whole objects. */
    static Optional<ValueType> of(JsonNode schema, boolean isRoot, String name) {
        return sized(schema, isRoot, name).map(Sized::type);
    }

    private static Optional<Sized> sized(JsonNode schema, boolean isRoot, String name) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return Optional.of(new Sized(new Scalar(Kind.ANY, length(schema)), 1));
        }
        boolean isWhole =
                isRoot || schema.path("x-kubernetes-embedded-resource").asBoolean();
        return switch (schema.path("type").asText("")) {
            case "object" -> object(isWhole ? withIdentity(schema) : schema, name);
            case "array" -> list(schema, name);
            case "string" -> Optional.of(text(schema));
            case "boolean" -> Optional.of(new Sized(new Scalar(Kind.BOOL, 1), 4));
            case "integer" -> Optional.of(new Sized(new Scalar(Kind.INT, 1), 1));
            case "number" -> Optional.of(new Sized(new Scalar(Kind.DOUBLE, 1), 1));
            default -> Optional.empty();
        };
    }

    private static JsonNode withIdentity(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        var text = Json.object().put("type", "string");
        var properties = whole.withObjectProperty("properties");
        properties.set("apiVersion", text);
        properties.set("kind", text);
        var metadata = properties.path("metadata").path("properties");
        var identity = Json.object().put("type", "object");
        for (var member : Set.of("name", "generateName")) {
            identity.withObjectProperty("properties")
                    .set(member, metadata.path(member).isObject() ? metadata.get(member) : text);
        }
        properties.set("metadata", identity);
        return whole;
    }

    private static Optional<Sized> object(JsonNode schema, String name) {
        var additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            return sized(additional, false, name + ".@elem").map(values -> {
                long most = limit(schema, "maxProperties", (REQUEST_BYTES - 2) / (values.smallest() + 6));
                return new Sized(new ValueType.MapOf(values.type(), most), 2);
            });
        }
        var required = new HashSet<String>();
        schema.path("required").forEach(member -> required.add(member.asText()));
        var fields = new LinkedHashMap<String, ValueType>();
        long smallest = 2;
        for (var property : schema.path("properties").properties()) {
            var member = property.getKey();
            var type = sized(property.getValue(), false, name + "." + member);
            if (type.isPresent()) {
                fields.put(member, type.get().type());
                boolean isAlwaysSent =
                        required.contains(member) && !property.getValue().has("default");
                smallest += isAlwaysSent ? member.length() + type.get().smallest() + 4 : 0;
            }
        }
        return Optional.of(new Sized(new ValueType.Struct(name, fields), smallest));
    }

    private static Optional<Sized> list(JsonNode schema, String name) {
        var mark = Structural.parse(schema).marks().list();
        var kind = switch (mark.type()) {
            case ATOMIC -> ListKind.ATOMIC;
            case SET -> ListKind.SET;
            case MAP -> ListKind.MAP;
        };
        return sized(schema.path("items"), false, name + ".@idx").map(items -> {
            long most = limit(schema, "maxItems", (REQUEST_BYTES - 2) / (items.smallest() + 1));
            return new Sized(new ValueType.ListOf(items.type(), most, kind, mark.keys()), 2);
        });
    }

    private static Sized text(JsonNode schema) {
        return switch (schema.path("format").asText("")) {
            case "byte" -> new Sized(new Scalar(Kind.BYTES, limit(schema, "maxLength", REQUEST_BYTES - 2)), 2);
            case "duration" -> new Sized(new Scalar(Kind.DURATION, DURATION_BYTES), 3);
            case "date" -> new Sized(new Scalar(Kind.TIMESTAMP, DATE_BYTES), DATE_BYTES);
            case "date-time" -> new Sized(new Scalar(Kind.TIMESTAMP, TIME_BYTES), 21);
            default -> new Sized(new Scalar(Kind.STRING, length(schema)), 2);
        };
    }

    private static long length(JsonNode schema) {
        if (schema.path("maxLength").canConvertToLong()) {
            return Math.max(0, schema.path("maxLength").longValue()) * BYTES_PER_CHARACTER;
        }
        long longest = 0;
        for (var allowed : schema.path("enum")) {
            longest = Math.max(longest, allowed.asText().length());
        }
        return longest > 0 ? longest : REQUEST_BYTES - 2;
    }

    private static long limit(JsonNode schema, String member, long otherwise) {
        return schema.path(member).canConvertToLong()
                ? Math.max(0, schema.path(member).longValue())
                : otherwise;
    }
}
