package io.luban.apiserver.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Optional;

/**
 * What every object of an extension has.
 *
 * @param apiVersion group and version, {@code ""} when the object does not tell
 * @param created creation time as text; sorts in time order
 * @param generation version of what is wanted
 * @param state the administrator's switch; empty counts as available
 * @param extension name of the extension it belongs to, {@code ""} for none
 * @param accepted what the object's {@code Accepted} condition says, if it has one
 */
public record Definition(
        String apiVersion,
        String name,
        String created,
        long generation,
        String state,
        String extension,
        Optional<ObjectCondition> accepted) {
    /** Older first, then by name: whoever was there first keeps working. */
    public static final Comparator<Definition> BY_AGE =
            Comparator.comparing(Definition::created).thenComparing(Definition::name);

    /** The common part of an object. */
    public static Definition of(ObjectNode object) {
        var metadata = object.path("metadata");
        return new Definition(
                object.path("apiVersion").asText(""),
                metadata.path("name").asText(""),
                metadata.path("creationTimestamp").asText(""),
                metadata.path("generation").asLong(0),
                object.path("status").path("state").asText(""),
                metadata.path("labels").path("kubesphere.io/extension-ref").asText(""),
                accepted(object));
    }

    private static Optional<ObjectCondition> accepted(ObjectNode object) {
        for (var condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText("").equals(ObjectCondition.ACCEPTED)) {
                return Optional.of(new ObjectCondition(
                        ObjectCondition.ACCEPTED,
                        condition.path("status").asText("").equals("True"),
                        condition.path("reason").asText(""),
                        condition.path("message").asText("")));
            }
        }
        return Optional.empty();
    }

    /** Whether requests may be served by it. */
    public boolean isAvailable() {
        return state.isEmpty() || state.equals("Available") || state.equals("Enabled");
    }
}
