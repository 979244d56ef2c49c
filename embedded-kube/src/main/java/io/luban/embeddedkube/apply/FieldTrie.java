package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Set operations on FieldsV1 tries. A node without members is an owned leaf; a node with members is owned itself only
 * if it has the member {@code "."}. The root is never owned, so an empty root is the empty set. Arguments are not
 * changed; results share nodes with them.
 */
final class FieldTrie {
    static final String SELF = ".";

    private FieldTrie() {}

    static boolean isOwned(ObjectNode node) {
        return node.isEmpty() || node.has(SELF);
    }

    private static boolean isLeaf(ObjectNode node) {
        return node.isEmpty() || (node.size() == 1 && node.has(SELF));
    }

    static @Nullable ObjectNode child(ObjectNode node, String edge) {
        return node.get(edge) instanceof ObjectNode child ? child : null;
    }

    /** Every field of either set. */
    static ObjectNode union(ObjectNode a, ObjectNode b) {
        if (a.isEmpty()) {
            return b;
        }
        return b.isEmpty() ? a : unionBelow(a, b);
    }

    private static ObjectNode unionBelow(ObjectNode a, ObjectNode b) {
        var result = Json.object();
        a.properties().forEach(entry -> result.set(entry.getKey(), entry.getValue()));
        for (var entry : b.properties()) {
            var mine = child(result, entry.getKey());
            if (mine == null) {
                result.set(entry.getKey(), entry.getValue());
            } else if (entry.getValue() instanceof ObjectNode theirs && !mine.equals(theirs)) {
                result.set(entry.getKey(), unionOfOwned(mine, theirs));
            }
        }
        return result;
    }

    private static ObjectNode unionOfOwned(ObjectNode a, ObjectNode b) {
        boolean owned = isOwned(a) || isOwned(b);
        var result = unionBelow(a, b);
        if (owned && !result.isEmpty() && !result.has(SELF)) {
            result.putObject(SELF);
        }
        return result;
    }

    /**
     * The fields of {@code a} that are not in {@code b}; a leaf of {@code b} takes everything below along. Answers {@code
     * a} itself when nothing is taken, which callers and the recursion rely on.
     */
    @SuppressWarnings("ReferenceEquality")
    static ObjectNode minus(ObjectNode a, ObjectNode b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a;
        }
        var result = Json.object();
        boolean changed = false;
        for (var entry : a.properties()) {
            var mine = (ObjectNode) entry.getValue();
            var theirs = child(b, entry.getKey());
            var left = theirs == null ? mine : minusBelow(mine, theirs);
            changed |= left != mine;
            if (left != null) {
                result.set(entry.getKey(), left);
            }
        }
        return changed ? result : a;
    }

    @SuppressWarnings("ReferenceEquality")
    private static @Nullable ObjectNode minusBelow(ObjectNode a, ObjectNode b) {
        if (isLeaf(b)) {
            return null;
        }
        var left = Json.object();
        boolean changed = false;
        for (var entry : a.properties()) {
            if (entry.getKey().equals(SELF)) {
                continue;
            }
            var mine = (ObjectNode) entry.getValue();
            var theirs = child(b, entry.getKey());
            var rest = theirs == null ? mine : minusBelow(mine, theirs);
            changed |= rest != mine;
            if (rest != null) {
                left.set(entry.getKey(), rest);
            }
        }
        boolean keepsSelf = isOwned(a) && !isOwned(b);
        if (!changed && keepsSelf == isOwned(a)) {
            return a;
        }
        if (left.isEmpty()) {
            return keepsSelf ? left : null;
        }
        if (keepsSelf) {
            left.putObject(SELF);
        }
        return left;
    }

    /**
     * The fields of {@code a} that are in {@code b}; where {@code b} has a leaf and {@code a} fields below it, the leaf.
     */
    static ObjectNode intersection(ObjectNode a, ObjectNode b) {
        var result = Json.object();
        for (var entry : a.properties()) {
            var theirs = child(b, entry.getKey());
            var both = theirs == null ? null : intersectionBelow((ObjectNode) entry.getValue(), theirs);
            if (both != null) {
                result.set(entry.getKey(), both);
            }
        }
        return result;
    }

    private static @Nullable ObjectNode intersectionBelow(ObjectNode a, ObjectNode b) {
        if (isLeaf(b)) {
            return Json.object();
        }
        var result = Json.object();
        for (var entry : a.properties()) {
            var theirs = entry.getKey().equals(SELF) ? null : child(b, entry.getKey());
            var both = theirs == null ? null : intersectionBelow((ObjectNode) entry.getValue(), theirs);
            if (both != null) {
                result.set(entry.getKey(), both);
            }
        }
        boolean owned = isOwned(a) && isOwned(b);
        if (result.isEmpty()) {
            return owned ? result : null;
        }
        if (owned) {
            result.putObject(SELF);
        }
        return result;
    }

    /** Calls back for each owned field with its parent's path and its edge. */
    static void forEachOwned(ObjectNode root, String path, BiConsumer<String, ObjectNode> visitor) {
        for (var entry : root.properties()) {
            if (!entry.getKey().equals(SELF) && entry.getValue() instanceof ObjectNode node) {
                var below = path + EdgeText.of(entry.getKey());
                if (isOwned(node)) {
                    visitor.accept(below, node);
                }
                forEachOwned(node, below, visitor);
            }
        }
    }

    /** The same set with members in the canonical order. */
    static ObjectNode sorted(ObjectNode node) {
        if (node.isEmpty()) {
            return node;
        }
        var members = new TreeMap<String, ObjectNode>();
        for (var entry : node.properties()) {
            members.put(entry.getKey(), sorted((ObjectNode) entry.getValue()));
        }
        var result = Json.object();
        for (Map.Entry<String, ObjectNode> entry : members.entrySet()) {
            result.set(entry.getKey(), entry.getValue());
        }
        return result;
    }

    /** Whether the node is a trie: objects all the way down. */
    static boolean isWellFormed(ObjectNode node) {
        for (var entry : node.properties()) {
            if (!(entry.getValue() instanceof ObjectNode below) || !isWellFormed(below)) {
                return false;
            }
        }
        return true;
    }
}
