package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.Optional;

/**
 * An object that is about to be written.
 *
 * @param object as it shall be stored; rules that complete it change it in place
 * @param old as it is stored, empty when it is new
 */
record Review(ObjectNode object, Optional<ObjectNode> old) {
    String kind() {
        return object.path("kind").asText("");
    }

    String name() {
        return object.path("metadata").path("name").asText("");
    }

    String namespace() {
        return object.path("metadata").path("namespace").asText("");
    }

    JsonNode spec() {
        return object.path("spec");
    }

    String label(String key) {
        return label(object, key);
    }

    static String label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText("");
    }

    String annotation(String key) {
        return object.path("metadata").path("annotations").path(key).asText("");
    }

    /** Whether what is wanted stays as it was; then it is not judged again, so that status can always be written. */
    boolean isSpecUnchanged() {
        return old.isPresent() && Json.sameValue(old.get().path("spec"), spec());
    }

    /** Text of the old object, empty for none. */
    String oldText(String pointer) {
        return old.map(node -> node.at(pointer).asText("")).orElse("");
    }
}
