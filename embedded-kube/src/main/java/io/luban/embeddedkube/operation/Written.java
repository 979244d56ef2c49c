package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.Json;

/**
 * Outcome of a write.
 *
 * @param json the object in the version it was asked in, encoded
 * @param created whether the object is new
 */
public record Written(byte[] json, boolean created) {
    /** What the store holds now, without encoding it again where the stored form is the served one. */
    static Written stored(ResourceType type, StoredObject object, boolean created) {
        return new Written(type.conversion().served(object), created);
    }

    /** An object that is not stored like this: dry runs, scales, deleted objects. */
    static Written computed(ObjectNode object, boolean created) {
        return new Written(Json.bytes(object), created);
    }

    /** A parsed copy that the caller may change. */
    public ObjectNode tree() {
        return Json.parseObject(json);
    }
}
