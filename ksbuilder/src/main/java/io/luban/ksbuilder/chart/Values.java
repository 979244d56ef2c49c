package io.luban.ksbuilder.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Maps of values laid over each other as Helm does it. */
public final class Values {
    private Values() {}

    /** Lays {@code over} on {@code under}: maps are merged, everything else is replaced. Changes {@code under}. */
    public static ObjectNode merge(ObjectNode under, ObjectNode over) {
        over.properties().forEach(entry -> {
            JsonNode below = under.path(entry.getKey());
            if (below instanceof ObjectNode map && entry.getValue() instanceof ObjectNode more) {
                merge(map, more);
            } else {
                under.set(entry.getKey(), entry.getValue().deepCopy());
            }
        });
        return under;
    }
}
