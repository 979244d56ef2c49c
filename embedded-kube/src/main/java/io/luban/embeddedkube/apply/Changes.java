package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.model.Json;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two states of an object.
 *
 * @param written fields that were added or got another value
 * @param removed fields that are gone
 */
record Changes(ObjectNode written, ObjectNode removed) {
    /** Compares two objects; fields that nobody can own are left out. */
    static Changes between(ObjectNode before, ObjectNode after, Schema schema) {
        var root = new Branch();
        for (var name : memberNames(before, after)) {
            if (FieldSets.UNOWNED_ROOT.contains(name)) {
                continue;
            }
            var old = before.get(name);
            var now = after.get(name);
            var structure = Granularity.member(schema, name);
            if (name.equals("metadata")) {
                var branch = root.below(Edges.member(name));
                members(objectOrEmpty(old), objectOrEmpty(now), structure, FieldSets.UNOWNED_METADATA, branch);
            } else if (old == null && now instanceof ObjectNode && alwaysHas(schema, name)) {
                // spec and status always exist in the types of built-in kinds, so a writer does not create them
                value(Json.object(), now, structure, root, Edges.member(name));
            } else {
                member(old, now, structure, root, Edges.member(name), true);
            }
        }
        return new Changes(root.writtenOrEmpty(), root.removedOrEmpty());
    }

    boolean isEmpty() {
        return written.isEmpty() && removed.isEmpty();
    }

    private static boolean alwaysHas(Schema schema, String name) {
        return (name.equals("spec") || name.equals("status"))
                && schema instanceof Schema.Struct struct
                && struct.typeName().startsWith("io.k8s.");
    }

    private static ObjectNode objectOrEmpty(@Nullable JsonNode node) {
        return node instanceof ObjectNode object ? object : Json.object();
    }

    private static Iterable<String> memberNames(ObjectNode before, ObjectNode after) {
        var names = new LinkedHashSet<String>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void members(
            ObjectNode before, ObjectNode after, Schema schema, Set<String> skipped, Branch branch) {
        for (var member : after.properties()) {
            var name = member.getKey();
            if (!skipped.contains(name)) {
                var old = before.get(name);
                var structure = Granularity.member(schema, name);
                boolean creates = !Granularity.requires(schema, name);
                member(old, member.getValue(), structure, branch, Edges.member(name), creates);
            }
        }
        for (var member : before.properties()) {
            var name = member.getKey();
            if (!after.has(name) && !skipped.contains(name)) {
                member(member.getValue(), null, Granularity.member(schema, name), branch, Edges.member(name), true);
            }
        }
    }

    private static void member(
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            Schema schema,
            Branch parent,
            String edge,
            boolean creates) {
        if (before == null && after != null) {
            parent.written().set(edge, FieldSets.allOf(after, schema, creates));
        } else if (before != null && after == null) {
            parent.removed().set(edge, FieldSets.allOf(before, schema, true));
        } else if (before != null && after != null) {
            value(before, after, schema, parent, edge);
        }
    }

    private static void value(JsonNode before, JsonNode after, Schema schema, Branch parent, String edge) {
        if (Granularity.isGranularObject(schema, before) && Granularity.isGranularObject(schema, after)) {
            members((ObjectNode) before, (ObjectNode) after, schema, Set.of(), parent.below(edge));
            return;
        }
        var list = Granularity.granularList(schema, after);
        if (list != null && before.isArray()) {
            if (!before.equals(after)) {
                items((ArrayNode) before, (ArrayNode) after, list, parent.below(edge));
            }
        } else if (!Json.sameValue(before, after)) {
            parent.written().set(edge, FieldSets.allOf(after, schema, true));
        }
    }

    private static void items(ArrayNode before, ArrayNode after, ListOf list, Branch branch) {
        var old = Edges.items(list, before);
        var now = Edges.items(list, after);
        var structure = list.items().get();
        now.forEach((edge, item) -> member(old.get(edge), item, structure, branch, edge, true));
        old.forEach((edge, item) -> {
            if (!now.containsKey(edge)) {
                member(item, null, structure, branch, edge, true);
            }
        });
    }
}
