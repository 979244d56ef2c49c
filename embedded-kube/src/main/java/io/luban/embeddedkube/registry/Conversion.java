package io.luban.embeddedkube.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.OtherVersions;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.Json;
import java.util.List;
import java.util.Optional;

/** Turns objects between a served version and the stored one. Safe for parallel use. */
public interface Conversion {
    /** Same shape everywhere: only {@code apiVersion} and {@code kind} differ. */
    static Conversion none(String servedApiVersion, String storedApiVersion, String kind) {
        return new Conversion() {
            @Override
            public ObjectNode toStored(ObjectNode served) {
                return served.put("apiVersion", storedApiVersion).put("kind", kind);
            }

            @Override
            public ObjectNode toServed(ObjectNode stored) {
                return stored.put("apiVersion", servedApiVersion).put("kind", kind);
            }

            @Override
            public boolean isIdentity() {
                return servedApiVersion.equals(storedApiVersion);
            }
        };
    }

    /** The stored form; may change and answer its argument. */
    ObjectNode toStored(ObjectNode served);

    /** The served form; may change and answer its argument. */
    ObjectNode toServed(ObjectNode stored);

    /** Whether objects are written as they are served. */
    boolean isIdentity();

    /** Whether the bytes of the object can be served as they are. Quick, and asked on event loops. */
    default boolean keeps(StoredObject object) {
        return isIdentity();
    }

    /** Whether the object is stored as a write would store it now; one that is not is rewritten by any write. */
    default boolean isCurrent(StoredObject object) {
        return true;
    }

    /** The served form, encoded. */
    default byte[] served(StoredObject object) {
        return keeps(object) ? object.json() : Json.bytes(toServed(object.tree()));
    }

    /** The served form as a tree of the caller's own. */
    default ObjectNode servedTree(StoredObject object) {
        var tree = object.tree();
        return keeps(object) ? tree : toServed(tree);
    }

    /** Whether a conversion may have to wait for somebody else's answer; such ones are never asked for on event loops. */
    default boolean mayWait() {
        return false;
    }

    /** Gets ready to serve these objects, where that is cheaper for many than one by one. */
    default void prepare(List<StoredObject> objects) {}

    /** How another version shows the objects, where that differs in more than the version. */
    default Optional<OtherVersions.Shown> shown(String apiVersion) {
        return Optional.empty();
    }

    /** What clients should know about the latest conversions, empty for nothing. */
    default String warning() {
        return "";
    }
}
