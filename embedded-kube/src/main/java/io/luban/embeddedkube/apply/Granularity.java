package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.embeddedkube.schema.Schema.ListType;
import org.jspecify.annotations.Nullable;

/** Which values are owned part by part, and which as a whole. */
final class Granularity {
    private Granularity() {}

    /** An object whose members are owned one by one. */
    static boolean isGranularObject(Schema schema, JsonNode value) {
        return value.isObject()
                && switch (schema) {
                    case Schema.Struct struct -> !struct.atomic();
                    case Schema.MapOf map -> !map.atomic();
                    case Schema.Any any -> true;
                    case ListOf list -> false;
                    case Schema.Scalar scalar -> false;
                };
    }

    /** The list whose items are owned one by one, null for anything else. */
    static @Nullable ListOf granularList(Schema schema, JsonNode value) {
        return value.isArray() && schema instanceof ListOf list && list.type() != ListType.ATOMIC ? list : null;
    }

    /** Structure of a member. */
    static Schema member(Schema schema, String name) {
        return switch (schema) {
            case Schema.Struct struct -> {
                var field = struct.fields().get(name);
                yield field == null ? Schema.ANY : field.schema().get();
            }
            case Schema.MapOf map -> map.values().get();
            case Schema.Any any -> Schema.ANY;
            case ListOf list -> Schema.ANY;
            case Schema.Scalar scalar -> Schema.ANY;
        };
    }

    /** Whether the member belongs to the type, as opposed to a free key. */
    static boolean declares(Schema schema, String name) {
        return schema instanceof Schema.Struct struct && struct.fields().containsKey(name);
    }

    /** Whether the type always has the member, so that giving it a value does not create it. */
    static boolean requires(Schema schema, String name) {
        if (schema instanceof Schema.Struct struct) {
            var field = struct.fields().get(name);
            return field != null && field.required();
        }
        return false;
    }
}
