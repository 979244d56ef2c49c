package io.luban.embeddedkube.store;

/** All objects of one resource at one revision; immutable and cheap to keep. */
public interface Snapshot {
    /** Store-wide revision this view belongs to. */
    long revision();

    /** Number of objects. */
    int size();

    /** Every object, sorted by namespace and name in byte order. */
    Iterable<StoredObject> all();

    /** Objects of a namespace, sorted by name. */
    Iterable<StoredObject> inNamespace(String namespace);

    /** Objects that sort strictly after {@code namespace}/{@code name}; the continuation of a page. */
    Iterable<StoredObject> after(String namespace, String name);
}
