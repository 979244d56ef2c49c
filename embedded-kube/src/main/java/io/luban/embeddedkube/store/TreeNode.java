package io.luban.embeddedkube.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Immutable node of an {@link ObjectTree}. */
sealed interface TreeNode {
    /** Most entries of a node; a leaf of this size is copied in well under a microsecond. */
    int FULL = 64;

    /** Nodes smaller than this are joined with a neighbour where both fit into one. */
    int SPARSE = FULL / 4;

    int size();

    int entries();

    StoredObject first();

    @Nullable StoredObject find(String namespace, String name);

    int rank(String namespace, String name);

    /** One node, or two where this one was full. */
    TreeNode[] put(StoredObject object);

    /** Possibly an empty leaf. */
    TreeNode remove(ObjectKey key);

    /** This node and its right neighbour as one. */
    TreeNode join(TreeNode right);

    static TreeNode build(List<StoredObject> sorted) {
        int fill = FULL * 3 / 4;
        var level = new TreeNode[(sorted.size() + fill - 1) / fill];
        for (int i = 0; i < level.length; i++) {
            level[i] = new Leaf(sorted.subList(i * fill, Math.min(sorted.size(), (i + 1) * fill))
                    .toArray(StoredObject[]::new));
        }
        while (level.length > 1) {
            var above = new TreeNode[(level.length + fill - 1) / fill];
            for (int i = 0; i < above.length; i++) {
                above[i] = Branch.of(Arrays.copyOfRange(level, i * fill, Math.min(level.length, (i + 1) * fill)));
            }
            level = above;
        }
        return level[0];
    }

    /** Objects in order. */
    record Leaf(StoredObject[] items) implements TreeNode {
        @Override
        public int size() {
            return items.length;
        }

        @Override
        public int entries() {
            return items.length;
        }

        @Override
        public StoredObject first() {
            return items[0];
        }

        @Override
        public @Nullable StoredObject find(String namespace, String name) {
            int index = rank(namespace, name);
            return index < items.length && KeyOrder.compare(namespace, name, items[index].key()) == 0
                    ? items[index]
                    : null;
        }

        @Override
        public int rank(String namespace, String name) {
            int low = 0;
            int high = items.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (KeyOrder.compare(namespace, name, items[middle].key()) > 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        @Override
        public TreeNode[] put(StoredObject object) {
            int index = rank(object.key().namespace(), object.key().name());
            if (index < items.length && KeyOrder.compare(object.key(), items[index].key()) == 0) {
                var copy = items.clone();
                copy[index] = object;
                return new TreeNode[] {new Leaf(copy)};
            }
            var grown = NodeArrays.inserted(items, index, object);
            if (grown.length <= FULL) {
                return new TreeNode[] {new Leaf(grown)};
            }
            int middle = NodeArrays.splitPoint(grown.length, index);
            return new TreeNode[] {
                new Leaf(Arrays.copyOfRange(grown, 0, middle)),
                new Leaf(Arrays.copyOfRange(grown, middle, grown.length))
            };
        }

        @Override
        public TreeNode remove(ObjectKey key) {
            int index = rank(key.namespace(), key.name());
            boolean absent = index == items.length || KeyOrder.compare(key, items[index].key()) != 0;
            return absent ? this : new Leaf(NodeArrays.without(items, index));
        }

        @Override
        public TreeNode join(TreeNode right) {
            return new Leaf(NodeArrays.concatenated(items, ((Leaf) right).items));
        }
    }

    /** Subtrees in order; {@code firsts} are the first objects of each. */
    record Branch(TreeNode[] children, StoredObject[] firsts, int size) implements TreeNode {
        static Branch of(TreeNode[] children) {
            var firsts = new StoredObject[children.length];
            int size = 0;
            for (int i = 0; i < children.length; i++) {
                firsts[i] = children[i].first();
                size += children[i].size();
            }
            return new Branch(children, firsts, size);
        }

        @Override
        public int entries() {
            return children.length;
        }

        @Override
        public StoredObject first() {
            return firsts[0];
        }

        /** The last child that begins at or before the key. */
        private int childOf(String namespace, String name) {
            int low = 0;
            int high = firsts.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (KeyOrder.compare(namespace, name, firsts[middle].key()) >= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return Math.max(0, low - 1);
        }

        @Override
        public @Nullable StoredObject find(String namespace, String name) {
            return children[childOf(namespace, name)].find(namespace, name);
        }

        @Override
        public int rank(String namespace, String name) {
            int index = childOf(namespace, name);
            int before = 0;
            for (int i = 0; i < index; i++) {
                before += children[i].size();
            }
            return before + children[index].rank(namespace, name);
        }

        @Override
        public TreeNode[] put(StoredObject object) {
            int index = childOf(object.key().namespace(), object.key().name());
            var replaced = children[index].put(object);
            var copy = children.clone();
            copy[index] = replaced[0];
            if (replaced.length == 1) {
                return new TreeNode[] {of(copy)};
            }
            var grown = NodeArrays.inserted(copy, index + 1, replaced[1]);
            if (grown.length <= FULL) {
                return new TreeNode[] {of(grown)};
            }
            int middle = NodeArrays.splitPoint(grown.length, index + 1);
            return new TreeNode[] {
                of(Arrays.copyOfRange(grown, 0, middle)), of(Arrays.copyOfRange(grown, middle, grown.length))
            };
        }

        @Override
        public TreeNode remove(ObjectKey key) {
            int index = childOf(key.namespace(), key.name());
            var child = children[index].remove(key);
            if (child.size() == children[index].size()) {
                return this;
            }
            if (child.size() == 0) {
                return children.length == 1 ? child : of(NodeArrays.without(children, index));
            }
            var copy = children.clone();
            copy[index] = child;
            return child.entries() < SPARSE && copy.length > 1 ? of(joined(copy, index)) : of(copy);
        }

        private static TreeNode[] joined(TreeNode[] nodes, int index) {
            int left = index == 0 ? 0 : index - 1;
            if (nodes[left].entries() + nodes[left + 1].entries() > FULL * 3 / 4) {
                return nodes;
            }
            var shorter = NodeArrays.without(nodes, left + 1);
            shorter[left] = nodes[left].join(nodes[left + 1]);
            return shorter;
        }

        @Override
        public TreeNode join(TreeNode right) {
            return of(NodeArrays.concatenated(children, ((Branch) right).children));
        }
    }
}
