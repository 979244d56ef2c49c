package io.luban.embeddedkube.store;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Persistent B+ tree of the objects of one resource, sorted by {@link KeyOrder}. Every change answers a new tree that
 * shares all untouched nodes with the old one; a library's balanced binary tree takes six times the memory per entry and
 * loses the sequential access that full lists live from.
 */
final class ObjectTree {
    static final ObjectTree EMPTY = new ObjectTree(new TreeNode.Leaf(new StoredObject[0]));

    private final TreeNode root;

    private ObjectTree(TreeNode root) {
        this.root = root;
    }

    /** A tree of objects that are sorted already. */
    static ObjectTree of(List<StoredObject> sorted) {
        return sorted.isEmpty() ? EMPTY : new ObjectTree(TreeNode.build(sorted));
    }

    int size() {
        return root.size();
    }

    Optional<StoredObject> get(ObjectKey key) {
        return Optional.ofNullable(root.find(key.namespace(), key.name()));
    }

    ObjectTree put(StoredObject object) {
        var nodes = root.put(object);
        return new ObjectTree(nodes.length == 1 ? nodes[0] : TreeNode.Branch.of(nodes));
    }

    ObjectTree remove(ObjectKey key) {
        var smaller = root.remove(key);
        while (smaller instanceof TreeNode.Branch branch && branch.children().length == 1) {
            smaller = branch.children()[0];
        }
        return smaller.size() == 0 ? EMPTY : new ObjectTree(smaller);
    }

    /** Number of objects that sort before the place of {@code namespace}/{@code name}. */
    int rank(String namespace, String name) {
        return root.rank(namespace, name);
    }

    Iterator<StoredObject> iterator() {
        return new TreeCursor(root, 0, root.size());
    }

    /** The objects of ranks {@code from} (inclusive) to {@code to} (exclusive). */
    Iterator<StoredObject> range(int from, int to) {
        return new TreeCursor(root, from, to);
    }
}
