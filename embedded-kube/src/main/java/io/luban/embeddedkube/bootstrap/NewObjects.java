package io.luban.embeddedkube.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;

/** Gives objects that are written past the verbs the metadata that every stored object has. */
public final class NewObjects {
    private final Ids ids;
    private final Clock clock;

    /** Takes identifiers and times from there. */
    public NewObjects(Ids ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /** Adds uid and creation time, in their places. */
    public ObjectNode complete(ObjectNode object) {
        var given = Trees.ensure(object, "metadata");
        var metadata = Json.object();
        copy(given, metadata, "name");
        copy(given, metadata, "namespace");
        metadata.put("uid", ids.uuid());
        metadata.put("creationTimestamp", Trees.time(clock.instant()));
        given.properties().forEach(entry -> metadata.putIfAbsent(entry.getKey(), entry.getValue()));
        object.set("metadata", metadata);
        return object;
    }

    private static void copy(ObjectNode from, ObjectNode to, String member) {
        var value = from.get(member);
        if (value != null) {
            to.set(member, value);
        }
    }
}
