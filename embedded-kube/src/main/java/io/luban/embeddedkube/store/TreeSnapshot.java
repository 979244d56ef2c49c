package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.Optional;

/** View of one tree. */
record TreeSnapshot(GroupResource resource, long revision, ObjectTree tree) implements Snapshot {
    /** Sorts after every name: it is no valid character of one. */
    private static final String LAST = "\uffff";

    @Override
    public int size() {
        return tree.size();
    }

    @Override
    public int size(String namespace) {
        return tree.rank(namespace, LAST) - tree.rank(namespace, "");
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
