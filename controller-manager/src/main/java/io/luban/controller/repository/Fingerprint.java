package io.luban.controller.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.ExtensionVersionSpec;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** What an Extension shares with its newest version, and a short text that tells whether two of them are equal. */
final class Fingerprint {
    private Fingerprint() {}

    /** The shared part of a spec. */
    static ObjectNode info(ObjectNode spec) {
        var info = ExtensionVersionSpec.info(spec);
        if (spec.path("created").isTextual()) {
            info.set("created", spec.path("created"));
        }
        return info;
    }

    /** The text for the shared part of a spec. */
    static String of(JsonNode spec) {
        var info = spec instanceof ObjectNode object ? info(object) : Json.object();
        return ofAll(info);
    }

    /** A short text that differs for different values, whatever the order of their fields. */
    static String ofAll(JsonNode value) {
        return ChartData.digest(Json.text(sorted(value)).getBytes(StandardCharsets.UTF_8))
                .substring(0, 32);
    }

    private static JsonNode sorted(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        var fields = new TreeMap<String, JsonNode>();
        object.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
        var copy = Json.object();
        fields.forEach(copy::set);
        return copy;
    }
}
