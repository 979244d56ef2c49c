package io.luban.embeddedkube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * One immutable version of an object as it is kept in memory: its JSON with {@code metadata.resourceVersion} in place,
 * and the few values that selectors, garbage collection and preconditions need without parsing.
 *
 * @param json complete object; never change it
 * @param createRevision revision of its creation
 * @param revision revision of this version
 */
public record StoredObject(
        ObjectKey key,
        byte[] json,
        long createRevision,
        long revision,
        String uid,
        Map<String, String> labels,
        List<String> ownerUids) {
    /** A parsed copy that the caller may change. */
    public ObjectNode tree() {
        return Json.parseObject(json);
    }

    /** The same state under a later revision: how clients see an object leave their view. */
    public StoredObject at(long laterRevision) {
        try {
            return StoredJson.deleted(this, laterRevision);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
