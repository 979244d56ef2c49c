package io.luban.embeddedkube.store;

import java.util.Optional;

/** All objects of one resource at one revision; immutable and cheap to keep. */
public interface Snapshot {
    /** Store-wide revision this view belongs to. */
    long revision();

    /** Whether nothing of the resource has changed between the two views; false may be wrong, true never. */
    boolean isSameStateAs(Snapshot other);

    /** Number of objects. */
    int size();

    /** Number of objects of a namespace. */
    int size(String namespace);

    /** Number of objects that sort before the place of {@code namespace}/{@code name}. */
    int rank(String namespace, String name);

    /** The object of that name; the namespace is empty for cluster-scoped resources. */
    Optional<StoredObject> get(String namespace, String name);

    /** Every object, sorted by the bytes of {@code namespace/name}. */
    Iterable<StoredObject> all();

    /** Objects of a namespace, sorted by name. */
    Iterable<StoredObject> inNamespace(String namespace);

    /** Objects that sort strictly after {@code namespace}/{@code name}; the continuation of a page. */
    Iterable<StoredObject> after(String namespace, String name);
}
