package io.luban.embeddedkube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One write within a transaction; every change gets a revision of its own. */
public sealed interface Change {
    /** Expectation: whatever is there. */
    long ANY = -1;

    /** Expectation: no object under the key. */
    long ABSENT = 0;

    /** Where. */
    ObjectKey key();

    /** Revision the object must have: {@link #ANY}, {@link #ABSENT} or a number. */
    long expectedRevision();

    /** Creates or replaces; the store writes {@code metadata.resourceVersion}. The tree must not change afterwards. */
    record Put(ObjectKey key, long expectedRevision, ObjectNode object) implements Change {}

    /** Removes; the event carries the last state with the deletion's revision. */
    record Delete(ObjectKey key, long expectedRevision) implements Change {}
}
