package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds what a part of an object was before a change. */
final class Correlation {
    private Correlation() {}

    static @Nullable JsonNode member(@Nullable JsonNode old, String name) {
        return old instanceof ObjectNode object ? object.get(name) : null;
    }

    /** Items are known again by their keys, or by being equal in a set; those of other lists are not. */
    static @Nullable JsonNode item(@Nullable JsonNode old, JsonNode item, Structural.ListMark list) {
        if (!(old instanceof ArrayNode items)) {
            return null;
        }
        return switch (list.type()) {
            case ATOMIC -> null;
            case SET -> first(items, candidate -> candidate.equals(item));
            case MAP -> first(items, candidate -> hasSameKeys(candidate, item, list.keys()));
        };
    }

    private static @Nullable JsonNode first(ArrayNode items, Predicate<JsonNode> wanted) {
        for (var item : items) {
            if (wanted.test(item)) {
                return item;
            }
        }
        return null;
    }

    private static boolean hasSameKeys(JsonNode one, JsonNode other, List<String> keys) {
        return keys.stream().allMatch(key -> one.path(key).equals(other.path(key)));
    }
}
