package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.model.Json;
import org.jspecify.annotations.Nullable;

/**
 * Removes what an applier owned until now and no longer applies, unless somebody else owns it. A container that is left
 * with nothing owned goes as well, even if it still has defaulted members.
 */
final class Pruning {
    private Pruning() {}

    /**
     * Changes {@code object} in place.
     *
     * @param abandoned fields of the applier's previous set
     * @param kept fields that anybody owns now
     */
    static void prune(ObjectNode object, ObjectNode abandoned, ObjectNode kept, Schema schema) {
        for (var edge : Overlay.names(abandoned)) {
            var below = FieldTrie.child(abandoned, edge);
            if (below == null || !edge.startsWith("f:")) {
                continue;
            }
            var name = edge.substring(2);
            var value = object.get(name);
            if (value == null) {
                continue;
            }
            var keptBelow = FieldTrie.child(kept, edge);
            boolean owned = FieldTrie.isOwned(below) || Granularity.declares(schema, name);
            boolean isEssential = name.equals("metadata") && object.has("apiVersion");
            if (keptBelow == null && owned && !isEssential) {
                object.remove(name);
            } else {
                within(value, below, keptBelow, Granularity.member(schema, name));
            }
        }
    }

    private static void within(JsonNode value, ObjectNode abandoned, @Nullable ObjectNode kept, Schema schema) {
        var keptFields = kept == null ? Json.object() : kept;
        if (Granularity.isGranularObject(schema, value)) {
            prune((ObjectNode) value, abandoned, keptFields, schema);
            return;
        }
        var list = Granularity.granularList(schema, value);
        if (list != null) {
            items((ArrayNode) value, abandoned, keptFields, list);
        }
    }

    private static void items(ArrayNode array, ObjectNode abandoned, ObjectNode kept, ListOf list) {
        var itemSchema = list.items().get();
        for (int i = array.size() - 1; i >= 0; i--) {
            var edge = Edges.item(list, array.get(i));
            var below = FieldTrie.child(abandoned, edge);
            if (below == null) {
                continue;
            }
            var keptBelow = FieldTrie.child(kept, edge);
            if (keptBelow == null && FieldTrie.isOwned(below)) {
                array.remove(i);
            } else {
                within(array.get(i), below, keptBelow, itemSchema);
            }
        }
    }
}
