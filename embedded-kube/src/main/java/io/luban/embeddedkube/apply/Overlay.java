package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.model.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lays an applied body over the live object: objects and keyed lists part by part, everything else as a whole. */
final class Overlay {
    /** Server-owned metadata that manifests often carry as null or with stale values. */
    private static final Set<String> KEPT_METADATA = Set.of(
            "creationTimestamp",
            "generation",
            "selfLink",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields");

    private Overlay() {}

    /** Changes {@code live} in place. */
    static void onto(ObjectNode live, ObjectNode body, Schema schema) {
        for (var member : body.properties()) {
            var name = member.getKey();
            var structure = Granularity.member(schema, name);
            if (name.equals("metadata") && member.getValue() instanceof ObjectNode metadata) {
                members(live.withObject("/metadata"), metadata, structure, KEPT_METADATA);
            } else {
                member(live, name, member.getValue(), structure);
            }
        }
    }

    private static void members(ObjectNode live, ObjectNode body, Schema schema, Set<String> kept) {
        for (var member : body.properties()) {
            if (!kept.contains(member.getKey())) {
                member(live, member.getKey(), member.getValue(), Granularity.member(schema, member.getKey()));
            }
        }
    }

    private static void member(ObjectNode live, String name, JsonNode body, Schema schema) {
        var current = live.get(name);
        live.set(name, current == null ? body.deepCopy() : merged(current, body, schema));
    }

    private static JsonNode merged(JsonNode live, JsonNode body, Schema schema) {
        if (live instanceof ObjectNode object && Granularity.isGranularObject(schema, body)) {
            members(object, (ObjectNode) body, schema, Set.of());
            return object;
        }
        var list = Granularity.granularList(schema, body);
        if (list != null && live instanceof ArrayNode array) {
            return mergedList(array, (ArrayNode) body, list);
        }
        return Json.sameValue(live, body) ? live : body.deepCopy();
    }

    /** The body's order for its own items; the others stay where they are relative to what stood before them. */
    private static ArrayNode mergedList(ArrayNode live, ArrayNode body, ListOf list) {
        var applied = Edges.items(list, body);
        var pending = new ArrayDeque<>(applied.entrySet());
        var present = byStep(live, list);
        var itemSchema = list.items().get();
        var result = Json.array();
        for (var item : live) {
            var edge = Edges.item(list, item);
            if (!applied.containsKey(edge)) {
                result.add(item);
                continue;
            }
            boolean isPending =
                    pending.stream().anyMatch(entry -> entry.getKey().equals(edge));
            while (isPending) {
                var next = pending.pop();
                result.add(mergedItem(next, present, itemSchema));
                isPending = !next.getKey().equals(edge);
            }
        }
        pending.forEach(next -> result.add(mergedItem(next, present, itemSchema)));
        return result;
    }

    private static Map<String, JsonNode> byStep(ArrayNode live, ListOf list) {
        var steps = new HashMap<String, JsonNode>();
        live.forEach(item -> steps.putIfAbsent(Edges.item(list, item), item));
        return steps;
    }

    private static JsonNode mergedItem(
            Map.Entry<String, JsonNode> applied, Map<String, JsonNode> present, Schema itemSchema) {
        var current = present.get(applied.getKey());
        return current == null ? applied.getValue().deepCopy() : merged(current, applied.getValue(), itemSchema);
    }

    /** Names of the members, safe to iterate while the object changes. */
    static List<String> names(ObjectNode object) {
        var names = new ArrayList<String>(object.size());
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
