package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** An object of a built-in kind that becomes a table row. */
record Row(String kind, ObjectNode object, Instant now) {
    JsonNode metadata() {
        return object.path("metadata");
    }

    JsonNode spec() {
        return object.path("spec");
    }

    JsonNode status() {
        return object.path("status");
    }
}
