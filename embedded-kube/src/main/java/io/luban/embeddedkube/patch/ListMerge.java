package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;

/** Merges a list of a strategic merge patch into a live list, by merge key or as a set of scalars. */
final class ListMerge {
    private final Shape shape;
    private final ListOrder order;

    private ListMerge(Shape shape) {
        this.shape = shape;
        this.order = ListOrder.of(shape);
    }

    static ArrayNode merge(ArrayNode live, ArrayNode patch, Shape shape) {
        var merge = new ListMerge(shape);
        return shape.mergeKey().isEmpty() ? merge.scalars(live, patch) : merge.objects(live, patch);
    }

    private ArrayNode scalars(ArrayNode live, ArrayNode patch) {
        var merged = live.deepCopy();
        for (var item : patch) {
            if (!ListOrder.contains(merged, item)) {
                merged.add(item);
            }
        }
        return order.arrange(merged, patch, live);
    }

    private ArrayNode objects(ArrayNode live, ArrayNode patch) {
        var before = live.deepCopy();
        var changes = Json.array();
        boolean replaces = false;
        for (var item : patch) {
            if (!(item instanceof ObjectNode object)) {
                throw ApiException.badRequest("unable to apply the patch: items merged by " + shape.mergeKey()
                        + " must be objects, got " + Json.text(item));
            }
            var directive = object.path(StrategicMergePatch.DIRECTIVE);
            switch (directive.asText()) {
                case "", "merge" -> changes.add(object);
                case "replace" -> {
                    replaces = true;
                    object.remove(StrategicMergePatch.DIRECTIVE);
                    if (!object.isEmpty()) {
                        changes.add(object);
                    }
                }
                case "delete" -> delete(live, object);
                default -> throw StrategicMergePatch.unknownDirective(directive);
            }
        }
        return replaces ? (ArrayNode) Directives.dropped(changes) : merged(live, changes, before);
    }

    private void delete(ArrayNode live, ObjectNode item) {
        requireKey(item);
        for (int at = order.indexIn(live, item); at < Integer.MAX_VALUE; at = order.indexIn(live, item)) {
            live.remove(at);
        }
    }

    private ArrayNode merged(ArrayNode live, ArrayNode changes, ArrayNode before) {
        for (var change : changes) {
            requireKey(change);
            int at = order.indexIn(live, change);
            if (at < Integer.MAX_VALUE && live.get(at) instanceof ObjectNode current) {
                live.set(at, StrategicMergePatch.mergeObject(current, change.deepCopy(), shape.item()));
            } else {
                live.add(Directives.dropped(change));
            }
        }
        return order.arrange(live, changes, before);
    }

    private void requireKey(JsonNode item) {
        if (!item.has(shape.mergeKey())) {
            throw ApiException.badRequest("unable to apply the patch: map: " + Json.text(item)
                    + " does not contain declared merge key: " + shape.mergeKey());
        }
    }
}
