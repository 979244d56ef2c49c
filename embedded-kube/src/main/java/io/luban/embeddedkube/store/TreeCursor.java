package io.luban.embeddedkube.store;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Walks a range of ranks of an immutable tree. */
final class TreeCursor implements Iterator<StoredObject> {
    /** Enough for 16^12 objects even if every node were as sparse as allowed. */
    private static final int MAX_HEIGHT = 16;

    private final TreeNode.Branch[] path = new TreeNode.Branch[MAX_HEIGHT];
    private final int[] positions = new int[MAX_HEIGHT];
    private int depth;
    private StoredObject[] items = new StoredObject[0];
    private int next;
    private int remaining;

    TreeCursor(TreeNode root, int from, int to) {
        remaining = Math.max(0, Math.min(to, root.size()) - from);
        if (remaining > 0) {
            descend(root, from);
        }
    }

    private void descend(TreeNode start, int rank) {
        var node = start;
        int offset = rank;
        while (node instanceof TreeNode.Branch branch) {
            int index = 0;
            while (offset >= branch.children()[index].size()) {
                offset -= branch.children()[index].size();
                index++;
            }
            path[depth] = branch;
            positions[depth++] = index;
            node = branch.children()[index];
        }
        items = ((TreeNode.Leaf) node).items();
        next = offset;
    }

    @Override
    public boolean hasNext() {
        return remaining > 0;
    }

    @Override
    public StoredObject next() {
        if (remaining == 0) {
            throw new NoSuchElementException();
        }
        if (next == items.length) {
            nextLeaf();
        }
        remaining--;
        return items[next++];
    }

    private void nextLeaf() {
        while (positions[depth - 1] + 1 == path[depth - 1].children().length) {
            depth--;
        }
        int index = ++positions[depth - 1];
        descend(path[depth - 1].children()[index], 0);
    }
}
