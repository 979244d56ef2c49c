package io.luban.embeddedkube.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.Map;

/** An object in the making. */
public final class Draft {
    private final ObjectNode object = Json.object();
    private final ObjectNode metadata;

    private Draft(String apiVersion, String kind) {
        object.put("apiVersion", apiVersion).put("kind", kind);
        metadata = object.putObject("metadata");
    }

    /** Begins an object; {@code namespace} is empty for cluster-scoped ones. */
    public static Draft of(String apiVersion, String kind, String namespace, String name) {
        var draft = new Draft(apiVersion, kind);
        draft.metadata.put("name", name);
        if (!namespace.isEmpty()) {
            draft.metadata.put("namespace", namespace);
        }
        return draft;
    }

    /** Adds a label. */
    public Draft label(String key, String value) {
        Trees.ensure(metadata, "labels").put(key, value);
        return this;
    }

    /** Adds labels. */
    public Draft labels(Map<String, String> labels) {
        labels.forEach(this::label);
        return this;
    }

    /** Adds an annotation. */
    public Draft annotation(String key, String value) {
        Trees.ensure(metadata, "annotations").put(key, value);
        return this;
    }

    /** Names the object that controls this one and waits for it when deleted in the foreground. */
    public Draft controlledBy(JsonNode owner) {
        Trees.ensureArray(metadata, "ownerReferences")
                .addObject()
                .put("apiVersion", Trees.text(owner, "apiVersion"))
                .put("kind", Trees.text(owner, "kind"))
                .put("name", Trees.name(owner))
                .put("uid", Trees.uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return this;
    }

    /** Sets a top-level member. */
    public Draft with(String member, JsonNode value) {
        object.set(member, value);
        return this;
    }

    /** Sets a top-level member from JSON text, in which apostrophes stand for quotation marks. */
    public Draft with(String member, String json) {
        return with(member, Json.parse(json.replace('\'', '"')));
    }

    /** The object. */
    public ObjectNode json() {
        return object;
    }
}
