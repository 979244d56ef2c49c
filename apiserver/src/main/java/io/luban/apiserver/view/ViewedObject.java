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
    private final String updated;
    private final String started;
    private final String status;
    private final Map<String, String> labels;
    private final byte[] json;

    private ViewedObject(ObjectNode object, KindRules rules) {
        var metadata = object.path("metadata");
        name = ObjectName.of(object);
        position = new Position(metadata.path("creationTimestamp").asText(""), name);
        uid = metadata.path("uid").asText("");
        alias = metadata.path("annotations").path("kubesphere.io/alias-name").asText("");
        updated = lastUpdate(object, position.created());
        started = object.path("status").path("startTime").asText("");
        status = rules.status().map(word -> word.apply(object)).orElse("");
        labels = texts(metadata.path("labels"));
        json = Json.bytes(rules.shown().apply(object));
    }

    /** Keeps an object; items of lists lack their type, which is completed. */
    static ViewedObject of(ObjectNode object, String apiVersion, String kind, KindRules rules) {
        if (!object.hasNonNull("kind")) {
            object.put("apiVersion", apiVersion).put("kind", kind);
        }
        return new ViewedObject(object, rules);
    }

    /** The latest time that a condition tells, at least the creation; times in this form sort as text. */
    private static String lastUpdate(ObjectNode object, String created) {
        var latest = created;
        for (var condition : object.path("status").path("conditions")) {
            for (var field : new String[] {"lastUpdateTime", "lastTransitionTime"}) {
                var time = condition.path(field).asText("");
                latest = time.compareTo(latest) > 0 ? time : latest;
            }
        }
        return latest;
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

    String updated() {
        return updated;
    }

    String started() {
        return started;
    }

    String status() {
        return status;
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
