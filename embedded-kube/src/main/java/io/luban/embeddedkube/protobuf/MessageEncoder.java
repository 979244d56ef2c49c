package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.schema.TypeDefinition.Items;
import io.luban.embeddedkube.schema.TypeDefinition.Leaf;
import io.luban.embeddedkube.schema.TypeDefinition.LeafType;
import io.luban.embeddedkube.schema.TypeDefinition.Member;
import io.luban.embeddedkube.schema.TypeDefinition.Reference;
import io.luban.embeddedkube.schema.TypeDefinition.Shape;
import io.luban.embeddedkube.schema.TypeDefinition.Values;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Turns JSON objects into messages, by the tables that {@link MessageDecoder} reads; unknown members are left out. */
final class MessageEncoder {
    private final SchemaLibrary library;
    private final Map<String, List<Member>> fieldTables = new ConcurrentHashMap<>();

    MessageEncoder(SchemaLibrary library) {
        this.library = library;
    }

    WireWriter encode(String type, JsonNode object) {
        var out = new WireWriter();
        for (var member : fields(type)) {
            var value = object.path(member.name());
            if (member.facts().inline() && member.shape() instanceof Reference reference) {
                var inner = encode(reference.type(), object);
                if (!inner.isEmpty()) {
                    out.message(member.number(), inner);
                }
            } else if (!value.isMissingNode() && !value.isNull()) {
                member(out, member, value);
            }
        }
        return out;
    }

    private List<Member> fields(String type) {
        var known = fieldTables.get(type);
        if (known == null) {
            known = library.definition(type).members().stream()
                    .filter(member -> member.number() > 0)
                    .sorted(Comparator.comparingInt(Member::number))
                    .toList();
            fieldTables.put(type, known);
        }
        return known;
    }

    private void member(WireWriter out, Member member, JsonNode value) {
        switch (member.shape()) {
            case Items items -> value.forEach(item -> value(out, member.number(), items.shape(), item));
            case Values values ->
                value.properties().forEach(entry -> {
                    var pair = new WireWriter();
                    pair.text(1, entry.getKey());
                    if (!entry.getValue().isNull()) {
                        value(pair, 2, values.shape(), entry.getValue());
                    }
                    out.message(member.number(), pair);
                });
            case Reference reference -> value(out, member.number(), reference, value);
            case Leaf leaf -> value(out, member.number(), leaf, value);
        }
    }

    private void value(WireWriter out, int field, Shape shape, JsonNode value) {
        switch (shape) {
            case Reference reference -> out.message(field, encode(reference.type(), value));
            case Leaf leaf -> LeafEncoder.encode(out, field, leaf.type(), value, this);
            case Items items -> throw new IllegalStateException("protobuf has no lists of lists");
            case Values values -> throw new IllegalStateException("protobuf has no lists of maps");
        }
    }

    /** A schema that may also be something simpler. */
    WireWriter schemaOr(LeafType type, JsonNode value) {
        var out = new WireWriter();
        if (type == LeafType.SCHEMA_OR_BOOL) {
            out.bool(1, value.isObject() || value.asBoolean());
            if (value.isObject()) {
                out.message(2, encode(MessageDecoder.JSON_SCHEMA, value));
            }
        } else if (value.isObject()) {
            out.message(1, encode(MessageDecoder.JSON_SCHEMA, value));
        } else if (type == LeafType.SCHEMA_OR_ARRAY) {
            value.forEach(item -> out.message(2, encode(MessageDecoder.JSON_SCHEMA, item)));
        } else {
            value.forEach(item -> out.text(2, item.asText()));
        }
        return out;
    }
}
