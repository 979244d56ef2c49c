package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.PatchStrategy;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch of Kubernetes: like a merge patch, but lists whose members have a merge key in the schema are
 * merged item by item, and directives in the patch delete, replace, retain and order.
 */
public final class StrategicMergePatch {
    static final String DIRECTIVE = "$patch";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String DELETE_PREFIX = "$deleteFromPrimitiveList/";
    static final String ORDER_PREFIX = "$setElementOrder/";

    private StrategicMergePatch() {}

    /**
     * Changes {@code live} in place and answers the result. A patch that is no object, an unknown directive, an item
     * without its merge key and an object where an array stands are a 400.
     */
    public static ObjectNode apply(ObjectNode live, JsonNode patch, Schema schema) {
        if (!(patch instanceof ObjectNode members)) {
            throw ApiException.badRequest("error decoding patch: a strategic merge patch must be a JSON object");
        }
        return mergeObject(live, members.deepCopy(), new Shape(schema, PatchStrategy.DEFAULT));
    }

    static ObjectNode mergeObject(ObjectNode live, ObjectNode patch, Shape shape) {
        var directive = patch.remove(DIRECTIVE);
        if (directive != null) {
            switch (directive.asText()) {
                case "replace" -> {
                    return (ObjectNode) Directives.dropped(patch);
                }
                case "delete" -> {
                    return Json.object();
                }
                case "merge" -> {}
                default -> throw unknownDirective(directive);
            }
        }
        retainKeys(live, patch.remove(RETAIN_KEYS));
        mergeOrderedLists(live, patch, shape);
        for (var member : patch.properties()) {
            if (member.getKey().startsWith(DELETE_PREFIX)) {
                deleteFromList(live, member.getKey().substring(DELETE_PREFIX.length()), member.getValue());
            } else {
                mergeMember(live, member.getKey(), member.getValue(), shape.member(member.getKey()));
            }
        }
        return live;
    }

    static ApiException unknownDirective(JsonNode directive) {
        return ApiException.badRequest("unable to apply the patch: unknown $patch value " + Json.text(directive)
                + ", expected \"replace\", \"delete\" or \"merge\"");
    }

    private static void retainKeys(ObjectNode live, @Nullable JsonNode retained) {
        if (retained == null) {
            return;
        }
        if (!(retained instanceof ArrayNode names)) {
            throw ApiException.badRequest("unable to apply the patch: $retainKeys must be a list of member names");
        }
        var kept = new ArrayList<String>();
        names.forEach(name -> kept.add(name.asText()));
        live.retain(kept);
    }

    private static void mergeOrderedLists(ObjectNode live, ObjectNode patch, Shape shape) {
        var directives = new ArrayList<String>();
        patch.fieldNames().forEachRemaining(name -> {
            if (name.startsWith(ORDER_PREFIX)) {
                directives.add(name);
            }
        });
        for (var directive : directives) {
            var name = directive.substring(ORDER_PREFIX.length());
            if (!(patch.remove(directive) instanceof ArrayNode order)) {
                throw ApiException.badRequest("unable to apply the patch: " + directive + " must be a list");
            }
            var original = live.get(name) instanceof ArrayNode list ? list.deepCopy() : Json.array();
            var change = patch.remove(name);
            if (change != null) {
                mergeMember(live, name, change, shape.member(name));
            }
            if (live.get(name) instanceof ArrayNode merged) {
                live.set(name, ListOrder.of(shape.member(name)).arrange(merged, order, original));
            }
        }
    }

    private static void deleteFromList(ObjectNode live, String name, JsonNode values) {
        if (!(values instanceof ArrayNode doomed)) {
            throw ApiException.badRequest("unable to apply the patch: " + DELETE_PREFIX + name + " must be a list");
        }
        if (live.get(name) instanceof ArrayNode list) {
            var kept = Json.array();
            list.forEach(item -> {
                if (!ListOrder.contains(doomed, item)) {
                    kept.add(item);
                }
            });
            live.set(name, kept);
        }
    }

    private static void mergeMember(ObjectNode live, String name, JsonNode change, Shape shape) {
        var current = live.get(name);
        if (change.isNull()) {
            live.remove(name);
        } else if (current == null || !current.isContainerNode() || !change.isContainerNode()) {
            live.set(name, Directives.dropped(change));
        } else if (current instanceof ObjectNode object && change instanceof ObjectNode members) {
            live.set(
                    name,
                    shape.strategy().replace() ? Directives.dropped(members) : mergeObject(object, members, shape));
        } else if (current instanceof ArrayNode list && change instanceof ArrayNode items) {
            live.set(name, shape.mergesItems() ? ListMerge.merge(list, items, shape) : Directives.dropped(items));
        } else {
            throw ApiException.badRequest("unable to apply the patch: %s is %s and cannot be merged with %s"
                    .formatted(name, kindOf(current), kindOf(change)));
        }
    }

    private static String kindOf(JsonNode node) {
        return node.isArray() ? "a list" : "an object";
    }
}
