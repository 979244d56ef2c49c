package io.luban.apiserver.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.ObjectName;
import io.luban.model.Json;
import java.util.HashMap;
import java.util.Map;

/** An object as its JSON, with what most lists sort and filter by. Two values are equal when they are the same one. */
final class ViewedObject {
    private final ObjectName name;
    private final Position position;
    private final String uid;
    private final String alias;
    private final Map<String, String> labels;
    private final byte[] json;

    private ViewedObject(ObjectNode object) {
        var metadata = object.path("metadata");
        name = ObjectName.of(object);
        position = new Position(metadata.path("creationTimestamp").asText(""), name);
        uid = metadata.path("uid").asText("");
        alias = metadata.path("annotations").path("kubesphere.io/alias-name").asText("");
        labels = texts(metadata.path("labels"));
        json = Json.bytes(object);
    }

    /** Keeps an object; items of lists lack their type, which is completed. */
    static ViewedObject of(ObjectNode object, String apiVersion, String kind) {
        if (!object.hasNonNull("kind")) {
            object.put("apiVersion", apiVersion).put("kind", kind);
        }
        return new ViewedObject(object);
    }

    static Map<String, String> texts(JsonNode object) {
        var result = new HashMap<String, String>();
        object.properties()
                .forEach(entry -> result.put(entry.getKey(), entry.getValue().asText("")));
        return Map.copyOf(result);
    }

    ObjectName name() {
        return name;
    }

    Position position() {
        return position;
    }

    String uid() {
        return uid;
    }

    String alias() {
        return alias;
    }

    Map<String, String> labels() {
        return labels;
    }

    byte[] json() {
        return json;
    }

    /** The whole object, read anew: for filters that few use. */
    JsonNode tree() {
        return Json.parse(json);
    }
}
