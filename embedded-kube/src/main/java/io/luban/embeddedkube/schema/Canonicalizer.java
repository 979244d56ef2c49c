package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.function.Consumer;

/**
 * Brings objects of one kind into the form in which a typed server would write them: schema order, no unknown members,
 * no zero values that mean nothing.
 */
final class Canonicalizer {
    private static final String JSON_SCHEMA =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

    private final SchemaLibrary library;
    private final String root;
    private final LeafValues leaves;

    Canonicalizer(SchemaLibrary library, GroupVersionKind kind) {
        this.library = library;
        this.root =
                library.typeName(kind).orElseThrow(() -> new IllegalArgumentException("no built-in type for " + kind));
        this.leaves = new LeafValues(kind);
    }

    void canonicalize(ObjectNode object, Consumer<String> unknownField) {
        var result = struct(object, library.definition(root), Place.root(unknownField));
        object.removeAll();
        object.setAll(result);
    }

    /** Adds the members that are shown even when they are empty, and restores the order of the type. */
    void complete(ObjectNode object) {
        complete(object, library.definition(root), true);
    }

    private ObjectNode struct(ObjectNode object, TypeDefinition type, Place place) {
        var result = Json.object();
        for (var member : library.jsonMembers(type)) {
            var value = object.get(member.name());
            if (value != null && !value.isNull()) {
                var canonical = value(value, member.shape(), type, place.member(member.name()));
                if (isShown(canonical, member)) {
                    result.set(member.name(), canonical);
                }
            }
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!library.hasJsonMember(type, name)) {
                place.reportUnknown(name);
            }
        });
        return result;
    }

    private static boolean isShown(JsonNode value, Member member) {
        var facts = member.facts();
        if (facts.required() || facts.keepsZero() || facts.always()) {
            return true;
        }
        return switch (member.shape()) {
            case Leaf leaf -> !isZero(value, leaf.type());
            case Items items -> !value.isEmpty();
            case Values values -> !value.isEmpty();
            case Reference reference -> true;
        };
    }

    private static boolean isZero(JsonNode value, LeafType type) {
        return switch (type) {
            case STRING, BYTES -> value.textValue().isEmpty();
            case INT32, INT64 -> value.longValue() == 0;
            case BOOL -> !value.booleanValue();
            case STRINGS -> value.isEmpty();
            default -> false;
        };
    }

    private JsonNode value(JsonNode value, Shape shape, TypeDefinition owner, Place place) {
        return switch (shape) {
            case Leaf leaf -> leaf(value, leaf.type(), owner, place);
            case Reference reference -> {
                var type = library.definition(reference.type());
                if (value instanceof ObjectNode object) {
                    yield struct(object, type, place);
                }
                throw leaves.mismatch(value, owner, place, "v1." + type.simpleName());
            }
            case Items items -> items(value, items, owner, place);
            case Values values -> values(value, values, owner, place);
        };
    }

    private JsonNode leaf(JsonNode value, LeafType type, TypeDefinition owner, Place place) {
        return switch (type) {
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS -> jsonSchemas(value, place);
            case RAW_JSON -> value;
            default -> leaves.canonical(value, type, owner, place);
        };
    }

    private JsonNode jsonSchemas(JsonNode value, Place place) {
        if (value instanceof ObjectNode schema) {
            return struct(schema, library.definition(JSON_SCHEMA), place);
        }
        if (value instanceof ArrayNode list) {
            var result = Json.array();
            for (int i = 0; i < list.size(); i++) {
                result.add(list.get(i) instanceof ObjectNode ? jsonSchemas(list.get(i), place.item(i)) : list.get(i));
            }
            return result;
        }
        return value;
    }

    private JsonNode items(JsonNode value, Items items, TypeDefinition owner, Place place) {
        if (!(value instanceof ArrayNode list)) {
            throw leaves.mismatch(value, owner, place, "[]" + goType(items.shape()));
        }
        var result = Json.array();
        for (int i = 0; i < list.size(); i++) {
            var item = list.get(i).isNull() ? zero(items.shape()) : list.get(i);
            result.add(value(item, items.shape(), owner, place.item(i)));
        }
        return result;
    }

    private JsonNode values(JsonNode value, Values values, TypeDefinition owner, Place place) {
        if (!(value instanceof ObjectNode map)) {
            throw leaves.mismatch(value, owner, place, "map[string]" + goType(values.shape()));
        }
        var result = Json.object();
        for (var entry : map.properties()) {
            var item = entry.getValue().isNull() ? zero(values.shape()) : entry.getValue();
            result.set(entry.getKey(), value(item, values.shape(), owner, place));
        }
        return result;
    }

    private String goType(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> leaf.type().goType();
            case Reference reference ->
                "v1." + library.definition(reference.type()).simpleName();
            case Items items -> "[]" + goType(items.shape());
            case Values values -> "map[string]" + goType(values.shape());
        };
    }

    private void complete(ObjectNode object, TypeDefinition type, boolean isRoot) {
        var ordered = Json.object();
        for (var member : library.jsonMembers(type)) {
            var value = object.remove(member.name());
            if (value == null && member.facts().always()) {
                value = zero(member.shape());
            }
            if (value != null) {
                ordered.set(member.name(), value);
                completeValue(value, member.shape(), isRoot && member.name().equals("metadata"));
            }
        }
        object.setAll(ordered);
    }

    private void completeValue(JsonNode value, Shape shape, boolean isRootMetadata) {
        switch (shape) {
            case Leaf leaf -> {}
            case Reference reference -> {
                if (!(value instanceof ObjectNode object)) {
                    return;
                }
                // Typed servers write a null time in embedded metadata; clients compare with that.
                if (reference.type().equals(SchemaLibrary.OBJECT_META)
                        && !isRootMetadata
                        && !object.has("creationTimestamp")) {
                    object.putNull("creationTimestamp");
                }
                complete(object, library.definition(reference.type()), false);
            }
            case Items items -> value.forEach(item -> completeValue(item, items.shape(), false));
            case Values values -> value.forEach(item -> completeValue(item, values.shape(), false));
        }
    }

    private static JsonNode zero(Shape shape) {
        if (shape instanceof Reference) {
            return Json.object();
        }
        return shape instanceof Leaf leaf ? LeafValues.zero(leaf.type()) : NullNode.instance;
    }
}
