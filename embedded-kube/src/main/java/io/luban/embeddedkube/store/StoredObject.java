package io.luban.embeddedkube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of an object: its JSON with {@code metadata.resourceVersion} in place, and the few values that
 * selectors, garbage collection and preconditions need without parsing. The JSON of an ordinary object is held in memory,
 * that of a large one is read from the database when asked for.
 */
public final class StoredObject {
    private static final byte[] ELSEWHERE = {};
    private static final int UUID_LENGTH = 36;

    private final ObjectKey key;
    private final byte[] inline;
    private final @Nullable LargeValue large;
    private final long createRevision;
    private final long revision;
    private final Object uid;
    private final Map<String, String> labels;
    private final List<String> ownerUids;
    private final boolean terminating;

    /**
     * An object whose bytes are in memory.
     *
     * @param json complete object; never change it
     * @param createRevision revision of its creation
     * @param revision revision of this version
     */
    public StoredObject(ObjectKey key, byte[] json, long createRevision, long revision, StoredMetadata metadata) {
        this.key = key;
        this.inline = json;
        this.large = null;
        this.createRevision = createRevision;
        this.revision = revision;
        this.uid = compact(metadata.uid());
        this.labels = metadata.labels();
        this.ownerUids = metadata.ownerUids();
        this.terminating = metadata.isTerminating();
    }

    private StoredObject(StoredObject state, byte[] inline, @Nullable LargeValue large, long revision) {
        this.key = state.key;
        this.inline = inline;
        this.large = large;
        this.createRevision = state.createRevision;
        this.revision = revision;
        this.uid = state.uid;
        this.labels = state.labels;
        this.ownerUids = state.ownerUids;
        this.terminating = state.terminating;
    }

    /** The same version with its bytes left in the database. */
    StoredObject kept(LargeValue value) {
        return new StoredObject(this, ELSEWHERE, value, revision);
    }

    /** Where it is kept. */
    public ObjectKey key() {
        return key;
    }

    /**
     * The complete object; never change it. Reads from the disk where {@link #isInMemory} says no; throws a 503 {@link
     * io.luban.model.ApiException} when the disk refuses.
     */
    public byte[] json() {
        return large == null ? inline : large.json(revision);
    }

    /** Length of {@link #json} without reading it. */
    public int size() {
        return large == null ? inline.length : large.length(revision);
    }

    /** Whether {@link #json} answers without a look at the disk. */
    public boolean isInMemory() {
        return large == null || large.isCached();
    }

    /** Revision of its creation. */
    public long createRevision() {
        return createRevision;
    }

    /** Revision of this version. */
    public long revision() {
        return revision;
    }

    /** {@code metadata.uid}. */
    public String uid() {
        return uid.toString();
    }

    /** {@code metadata.labels}. */
    public Map<String, String> labels() {
        return labels;
    }

    /** The uids of {@code metadata.ownerReferences}. */
    public List<String> ownerUids() {
        return ownerUids;
    }

    /** Whether there is a {@code metadata.deletionTimestamp}. */
    public boolean isTerminating() {
        return terminating;
    }

    /** A parsed copy that the caller may change. */
    public ObjectNode tree() {
        return Json.parseObject(json());
    }

    /** The same state under a later revision: how clients see an object leave their view. */
    public StoredObject at(long laterRevision) {
        if (large != null) {
            return new StoredObject(this, ELSEWHERE, large, laterRevision);
        }
        try {
            var members = StoredJson.read(inline);
            var json = EncodedObject.splice(inline, members.versionStart(), members.versionEnd(), laterRevision);
            return new StoredObject(this, json, null, laterRevision);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the bytes are kept in a row of their own. */
    boolean isLarge() {
        return large != null;
    }

    /** Bytes that stay in memory as long as this version does. */
    int heldBytes() {
        return inline.length;
    }

    /** The uid in the form that takes the least memory: a quarter of that of its text. */
    Object compactUid() {
        return uid;
    }

    static Object compact(String uid) {
        if (uid.length() != UUID_LENGTH) {
            return uid;
        }
        try {
            var parsed = UUID.fromString(uid);
            return parsed.toString().equals(uid) ? parsed : uid;
        } catch (IllegalArgumentException e) {
            return uid;
        }
    }

    @Override
    public String toString() {
        return key + " at " + revision;
    }
}
