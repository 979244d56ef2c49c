package io.luban.apiserver.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;

/**
 * What every object of an extension has.
 *
 * @param created creation time as text; sorts in time order
 * @param state the administrator's switch; empty counts as available
 * @param extension name of the extension it belongs to, {@code ""} for none
 */
public record Definition(String name, String created, String state, String extension) {
    /** Older first, then by name: whoever was there first keeps working. */
    public static final Comparator<Definition> BY_AGE =
            Comparator.comparing(Definition::created).thenComparing(Definition::name);

    /** The common part of an object. */
    public static Definition of(ObjectNode object) {
        var metadata = object.path("metadata");
        return new Definition(
                metadata.path("name").asText(""),
                metadata.path("creationTimestamp").asText(""),
                object.path("status").path("state").asText(""),
                metadata.path("labels").path("kubesphere.io/extension-ref").asText(""));
    }

    /** Whether requests may be served by it. */
    public boolean isAvailable() {
        return state.isEmpty() || state.equals("Available") || state.equals("Enabled");
    }
}
