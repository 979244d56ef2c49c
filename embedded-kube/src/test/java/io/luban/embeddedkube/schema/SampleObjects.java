package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;

/** Objects in canonical form with every member set; a type within itself is left out. */
public final class SampleObjects {
    private final SchemaLibrary library;
    private final Deque<String> open = new ArrayDeque<>();
    private int counter;

    /** Samples of the types of a library. */
    public SampleObjects(SchemaLibrary library) {
        this.library = library;
    }

    /** A full object of a kind. */
    public ObjectNode of(GroupVersionKind kind) {
        var object = struct(library.typeName(kind).orElseThrow());
        return object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    }

    private ObjectNode struct(String type) {
        open.push(type);
        var object = Json.object();
        for (var member : library.jsonMembers(library.definition(type))) {
            // An object inside another does not say its kind in protobuf.
            if (!isOpen(member.shape()) && (member.number() > 0 || open.size() == 1)) {
                object.set(member.name(), value(member.shape()));
            }
        }
        open.pop();
        return object;
    }

    private boolean isOpen(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> false;
            case Reference reference -> open.contains(reference.type());
            case Items items -> isOpen(items.shape());
            case Values values -> isOpen(values.shape());
        };
    }

    private JsonNode value(Shape shape) {
        return switch (shape) {
            case Leaf leaf -> leaf(leaf.type());
            case Reference reference -> struct(reference.type());
            case Items items -> Json.array().add(value(items.shape())).add(value(items.shape()));
            case Values values ->
                Json.object().<ObjectNode>set("key", value(values.shape())).set("other", value(values.shape()));
        };
    }

    private JsonNode leaf(LeafType type) {
        counter++;
        return switch (type) {
            case STRING -> TextNode.valueOf("text " + counter);
            case INT32 -> IntNode.valueOf(-counter);
            case INT64 -> LongNode.valueOf(5_000_000_000L + counter);
            case BOOL -> BooleanNode.TRUE;
            case DOUBLE -> DecimalNode.valueOf(BigDecimal.valueOf(counter + 0.5));
            case BYTES -> TextNode.valueOf("AQID");
            case QUANTITY -> TextNode.valueOf(counter + "Gi");
            case TIME -> TextNode.valueOf("2026-01-02T03:04:05Z");
            case MICRO_TIME -> TextNode.valueOf("2026-01-02T03:04:05.678901Z");
            case INT_OR_STRING -> counter % 2 == 0 ? IntNode.valueOf(counter) : TextNode.valueOf(counter + "%");
            case RAW_JSON -> Json.object().put("free", counter);
            case STRINGS -> Json.array().add("a").add("b");
            case SCHEMA_OR_ARRAY -> Json.array().add(Json.object().put("type", "string"));
            case SCHEMA_OR_BOOL -> Json.object().put("type", "integer");
            case SCHEMA_OR_STRINGS -> Json.array().add("needed");
        };
    }
}
