package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Order of a merged list: what the patch mentions stands in the patch's order, the rest keeps its order and its place
 * relative to its old neighbours.
 *
 * @param mergeKey identifies items, empty for scalars
 */
record ListOrder(String mergeKey) {
    static ListOrder of(Shape shape) {
        return new ListOrder(shape.mergeKey());
    }

    /** The items of {@code merged}, arranged; {@code order} is the patch's, {@code before} the list as it was. */
    ArrayNode arrange(ArrayNode merged, ArrayNode order, ArrayNode before) {
        var mentioned = new ArrayList<JsonNode>();
        var others = new ArrayList<JsonNode>();
        for (var item : merged) {
            (indexIn(order, item) < Integer.MAX_VALUE ? mentioned : others).add(item);
        }
        mentioned.sort(Comparator.comparingInt(item -> indexIn(order, item)));
        others.sort(Comparator.comparingInt(item -> indexIn(before, item)));
        return interleave(others, mentioned, before);
    }

    private ArrayNode interleave(List<JsonNode> others, List<JsonNode> mentioned, ArrayNode before) {
        var result = Json.array();
        int next = 0;
        for (var item : mentioned) {
            int place = indexIn(before, item);
            while (next < others.size() && place < Integer.MAX_VALUE && indexIn(before, others.get(next)) < place) {
                result.add(others.get(next++));
            }
            result.add(item);
        }
        others.subList(next, others.size()).forEach(result::add);
        return result;
    }

    /** Position of an item that is the same or has the same key; the largest number when there is none. */
    int indexIn(ArrayNode list, JsonNode item) {
        for (int i = 0; i < list.size(); i++) {
            if (identifies(list.get(i), item)) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    private boolean identifies(JsonNode a, JsonNode b) {
        if (mergeKey.isEmpty()) {
            return Json.sameValue(a, b);
        }
        return a.has(mergeKey) && Json.sameValue(a.path(mergeKey), b.path(mergeKey));
    }

    static boolean contains(ArrayNode list, JsonNode item) {
        return new ListOrder("").indexIn(list, item) < Integer.MAX_VALUE;
    }
}
