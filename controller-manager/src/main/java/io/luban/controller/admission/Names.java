package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;

/** Names of objects. */
final class Names {
    private Names() {}

    static String of(JsonNode object) {
        return object.path("metadata").path("name").asText("");
    }
}
