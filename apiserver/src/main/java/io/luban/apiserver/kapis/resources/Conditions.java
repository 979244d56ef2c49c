package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads conditions of objects' status. */
final class Conditions {
    private Conditions() {}

    /** Whether the object has a condition of that type with that status. */
    static boolean is(JsonNode object, String type, String status) {
        for (var condition : object.at("/status/conditions")) {
            if (condition.path("type").asText("").equals(type)) {
                return condition.path("status").asText("").equals(status);
            }
        }
        return false;
    }
}
