package io.luban.embeddedkube.store;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of one version of a large object, kept in a database row under the version's revision. As long as any view,
 * event or answer refers to this handle the row stays; see {@link LargeValues}.
 */
final class LargeValue {
    private final LargeValues values;
    private final long revision;
    private final int length;
    private final int versionStart;
    private final int versionEnd;

    /** Held until the row is durable. */
    private volatile byte @Nullable [] unsaved;

    LargeValue(LargeValues values, long revision, byte[] json, int versionStart, int versionEnd) {
        this.values = values;
        this.revision = revision;
        this.length = json.length;
        this.versionStart = versionStart;
        this.versionEnd = versionEnd;
        this.unsaved = json;
    }

    long revision() {
        return revision;
    }

    /** The object, told under the given revision. */
    byte[] json(long at) {
        var held = unsaved;
        var json = held == null ? values.read(revision) : held;
        return at == revision ? json : EncodedObject.splice(json, versionStart, versionEnd, at);
    }

    int length(long at) {
        return at == revision
                ? length
                : length - (versionEnd - versionStart) + Long.toString(at).length();
    }

    boolean isCached() {
        return unsaved != null || values.isCached(revision);
    }

    /** From now on the bytes are read from the database. */
    void saved() {
        unsaved = null;
    }
}
