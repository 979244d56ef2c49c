package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.function.Consumer;

/** Brings the metadata of an instance into the form that typed servers give it. */
final class InstanceMetadata {
    private final Schema.Struct structure;
    private final String kind;
    private final String version;

    InstanceMetadata(Schema.Struct structure, String kind, String version) {
        this.structure = structure;
        this.kind = kind;
        this.version = version;
    }

    /** Drops unknown and empty members in place; members of a wrong type are a 400. */
    void coerce(ObjectNode object, Consumer<String> unknown) {
        var given = object.get("metadata");
        if (given == null || given.isNull()) {
            object.putObject("metadata");
            return;
        }
        if (!(given instanceof ObjectNode metadata)) {
            throw mismatch("metadata", given, "v1.ObjectMeta");
        }
        var names = new ArrayList<String>();
        metadata.fieldNames().forEachRemaining(names::add);
        for (var name : names) {
            var field = structure.fields().get(name);
            var value = metadata.path(name);
            if (field == null) {
                metadata.remove(name);
                unknown.accept("metadata." + name);
            } else if (isVoid(name, value)) {
                metadata.remove(name);
            } else {
                check("metadata." + name, value, field.schema().get());
            }
        }
    }

    private static boolean isVoid(String name, JsonNode value) {
        // an empty list of managed fields is a request to forget them
        boolean isEmptyContainer = value.isContainerNode() && value.isEmpty() && !name.equals("managedFields");
        return value.isNull()
                || isEmptyContainer
                || (value.isTextual() && value.textValue().isEmpty());
    }

    private void check(String path, JsonNode value, Schema schema) {
        switch (schema) {
            case Schema.MapOf map -> {
                require(value.isObject(), path, value, "map[string]string");
                for (var entry : value.properties()) {
                    require(entry.getValue().isTextual(), path, entry.getValue(), "string");
                }
            }
            case ListOf list -> {
                require(value.isArray(), path, value, "slice");
                boolean isText = list.items().get() instanceof Schema.Scalar;
                for (var item : value) {
                    require(isText ? item.isTextual() : item.isObject(), path, item, isText ? "string" : "struct");
                }
            }
            case Schema.Scalar scalar -> {
                boolean fits =
                        scalar.type() == Schema.ScalarType.INTEGER ? value.isIntegralNumber() : value.isTextual();
                require(fits, path, value, scalar.type() == Schema.ScalarType.INTEGER ? "int64" : "string");
            }
            case Schema.Struct struct -> require(value.isObject(), path, value, "struct");
            case Schema.Any any -> {}
        }
    }

    private void require(boolean fits, String path, JsonNode value, String wanted) {
        if (!fits) {
            throw mismatch(path, value, wanted);
        }
    }

    private ApiException mismatch(String path, JsonNode value, String wanted) {
        var found = switch (Values.typeOf(value)) {
            case "boolean" -> "bool";
            case "integer" -> "number";
            default -> Values.typeOf(value);
        };
        return ApiException.badRequest(
                "%s in version \"%s\" cannot be handled as a %s: json: cannot unmarshal %s into Go struct field %s of type %s"
                        .formatted(kind, version, kind, found, "ObjectMeta." + path, wanted));
    }
}
