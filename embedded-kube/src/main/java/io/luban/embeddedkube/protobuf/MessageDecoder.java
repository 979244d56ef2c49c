package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import io.luban.model.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns messages into JSON objects. The sender writes every scalar that is not a pointer, zero or not; a zero that means
 * nothing is left out here, as JSON senders leave it out.
 */
final class MessageDecoder {
    static final String JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

    private final SchemaLibrary library;
    private final Map<String, Map<Integer, Member>> fieldTables = new ConcurrentHashMap<>();

    MessageDecoder(SchemaLibrary library) {
        this.library = library;
    }

    void decode(WireReader in, String type, ObjectNode target) {
        var fields = fields(type);
        while (in.next()) {
            var member = fields.get(in.field());
            if (member == null) {
                in.skip();
            } else {
                decode(in, member, target);
            }
        }
    }

    private Map<Integer, Member> fields(String type) {
        var known = fieldTables.get(type);
        if (known == null) {
            var table = new HashMap<Integer, Member>();
            for (var member : library.definition(type).members()) {
                if (member.number() > 0) {
                    table.put(member.number(), member);
                }
            }
            known = Map.copyOf(table);
            fieldTables.put(type, known);
        }
        return known;
    }

    private void decode(WireReader in, Member member, ObjectNode target) {
        switch (member.shape()) {
            case Reference reference -> {
                if (member.facts().inline()) {
                    decode(in.message(), reference.type(), target);
                } else {
                    // A message may come in pieces; the pieces add up.
                    var object = target.get(member.name()) instanceof ObjectNode known
                            ? known
                            : target.putObject(member.name());
                    decode(in.message(), reference.type(), object);
                }
            }
            case Items items -> {
                var list =
                        target.get(member.name()) instanceof ArrayNode known ? known : target.putArray(member.name());
                addItem(in, items.shape(), list);
            }
            case Values values -> {
                var map =
                        target.get(member.name()) instanceof ObjectNode known ? known : target.putObject(member.name());
                putEntry(in.message(), values.shape(), map);
            }
            case Leaf leaf -> {
                var value = LeafDecoder.decode(in, leaf.type(), this);
                if (isShown(value, member)) {
                    target.set(member.name(), value);
                }
            }
        }
    }

    private static boolean isShown(JsonNode value, Member member) {
        if (value.isMissingNode()) {
            return false;
        }
        if (member.facts().keepsZero() || member.facts().required()) {
            return true;
        }
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.doubleValue() != 0;
            case STRING -> !value.textValue().isEmpty();
            default -> true;
        };
    }

    private void addItem(WireReader in, Shape shape, ArrayNode list) {
        if (shape instanceof Leaf leaf && isInteger(leaf.type()) && in.isDelimited()) {
            var packed = in.message();
            while (packed.hasMore()) {
                list.add(LeafDecoder.number(packed.packedInteger(), leaf.type()));
            }
            return;
        }
        list.add(value(in, shape));
    }

    private static boolean isInteger(LeafType type) {
        return type == LeafType.INT32 || type == LeafType.INT64;
    }

    private void putEntry(WireReader entry, Shape shape, ObjectNode map) {
        var key = "";
        JsonNode value = MissingNode.getInstance();
        while (entry.next()) {
            switch (entry.field()) {
                case 1 -> key = entry.text();
                case 2 -> value = value(entry, shape);
                default -> entry.skip();
            }
        }
        map.set(key, value.isMissingNode() ? zero(shape) : value);
    }

    private JsonNode value(WireReader in, Shape shape) {
        return switch (shape) {
            case Reference reference -> {
                var object = Json.object();
                decode(in.message(), reference.type(), object);
                yield object;
            }
            case Leaf leaf -> LeafDecoder.decode(in, leaf.type(), this);
            case Items items -> throw new IllegalStateException("protobuf has no lists of lists");
            case Values values -> throw new IllegalStateException("protobuf has no lists of maps");
        };
    }

    private static JsonNode zero(Shape shape) {
        return shape instanceof Leaf leaf ? LeafDecoder.zero(leaf.type()) : Json.object();
    }

    /** A schema that may also be something simpler: three messages that look like it. */
    JsonNode schemaOr(WireReader in, LeafType type) {
        int schemaField = type == LeafType.SCHEMA_OR_BOOL ? 2 : 1;
        JsonNode result = MissingNode.getInstance();
        var list = Json.array();
        boolean allows = false;
        while (in.next()) {
            if (in.field() == schemaField) {
                var schema = Json.object();
                decode(in.message(), JSON_SCHEMA, schema);
                result = schema;
            } else if (in.field() == 1) {
                allows = in.integer() != 0;
            } else if (in.field() == 2) {
                list.add(value(
                        in, type == LeafType.SCHEMA_OR_ARRAY ? new Reference(JSON_SCHEMA) : new Leaf(LeafType.STRING)));
            } else {
                in.skip();
            }
        }
        if (!result.isMissingNode()) {
            return result;
        }
        return type == LeafType.SCHEMA_OR_BOOL ? BooleanNode.valueOf(allows) : list;
    }
}
