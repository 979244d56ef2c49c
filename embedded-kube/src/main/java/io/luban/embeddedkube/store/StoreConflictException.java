package io.luban.embeddedkube.store;

/** A change met another revision than it expected; nothing of its transaction was written. */
public final class StoreConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ObjectKey key;
    private final long actualRevision;

    /** {@code actualRevision} is 0 when the object does not exist. */
    public StoreConflictException(ObjectKey key, long actualRevision) {
        super(key + " is at revision " + actualRevision);
        this.key = key;
        this.actualRevision = actualRevision;
    }

    /** The object that differed. */
    public ObjectKey key() {
        return key;
    }

    /** Its revision, 0 when it does not exist. */
    public long actualRevision() {
        return actualRevision;
    }
}
