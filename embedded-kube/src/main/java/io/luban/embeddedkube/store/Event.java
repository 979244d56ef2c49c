package io.luban.embeddedkube.store;

import java.util.Optional;

/**
 * One committed change.
 *
 * @param object the new state; for {@code DELETED} the last state with the deletion's revision
 * @param previous the state before, empty for {@code ADDED}
 */
public record Event(Type type, StoredObject object, Optional<StoredObject> previous) {
    /** What happened, in the words of the watch protocol. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }

    /** Revision of the change. */
    public long revision() {
        return object.revision();
    }
}
