package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.Optional;

/** View of one tree. */
record TreeSnapshot(GroupResource resource, long revision, ObjectTree tree) implements Snapshot {
    /** Sorts after every name: it is no valid character of one. */
    private static final String LAST = "\uffff";

    @Override
    @SuppressWarnings("ReferenceEquality") // trees are shared as long as nothing changes
    public boolean isSameStateAs(Snapshot other) {
        return other instanceof TreeSnapshot that && tree == that.tree;
    }

    @Override
    public int size() {
        return tree.size();
    }

    @Override
    public int size(String namespace) {
        return tree.rank(namespace, LAST) - tree.rank(namespace, "");
    }

    @Override
    public int rank(String namespace, String name) {
        return tree.rank(namespace, name);
    }

    @Override
    public Optional<StoredObject> get(String namespace, String name) {
        return tree.get(new ObjectKey(resource, namespace, name));
    }

    @Override
    public Iterable<StoredObject> all() {
        return tree::iterator;
    }

    @Override
    public Iterable<StoredObject> inNamespace(String namespace) {
        return () -> tree.range(tree.rank(namespace, ""), tree.rank(namespace, LAST));
    }

    @Override
    public Iterable<StoredObject> after(String namespace, String name) {
        return () -> tree.range(tree.rank(namespace, name + "\0"), tree.size());
    }
}
