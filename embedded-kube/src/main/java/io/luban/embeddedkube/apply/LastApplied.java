package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.Optional;

/**
 * The annotation of kubectl's client-side apply. Who moves from it to server-side apply meets fields owned by their own
 * former self; what the annotation says they had applied is therefore no conflict.
 */
final class LastApplied {
    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String MANAGER = "kubectl";
    private static final int LARGEST = 262_144;

    private LastApplied() {}

    static boolean concerns(FieldManager manager, ObjectNode live) {
        return manager.name().equals(MANAGER) && annotation(live).isPresent();
    }

    /** The fields that were applied by the client. */
    static ObjectNode fields(ObjectNode live, Schema schema) {
        try {
            return annotation(live)
                    .map(Json::parse)
                    .filter(ObjectNode.class::isInstance)
                    .map(object -> FieldSets.claimedBy((ObjectNode) object, schema))
                    .orElseGet(Json::object);
        } catch (ParseException e) {
            return Json.object();
        }
    }

    /** Writes what is applied now into the annotation, so that going back to client-side apply stays possible. */
    static void refresh(ObjectNode merged, ObjectNode body) {
        var applied = body.deepCopy();
        if (applied.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(ANNOTATION);
        }
        var text = Json.text(applied) + "\n";
        if (text.length() <= LARGEST) {
            merged.withObject("/metadata").withObject("/annotations").put(ANNOTATION, text);
        }
    }

    private static Optional<String> annotation(ObjectNode live) {
        var value = live.path("metadata").path("annotations").path(ANNOTATION);
        return value.isTextual() && !value.textValue().isBlank() ? Optional.of(value.textValue()) : Optional.empty();
    }
}
