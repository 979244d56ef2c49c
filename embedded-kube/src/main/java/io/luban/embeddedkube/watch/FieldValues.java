package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.Map;

/** Values of fields as field selectors compare them. */
final class FieldValues {
    /** Fields whose absence means more than an empty text, because the original compares the printed zero value. */
    private static final Map<String, String> ZERO_VALUES = Map.of(
            "spec.unschedulable", "false",
            "spec.hostNetwork", "false",
            "status.successful", "0",
            "status.replicas", "0");

    private FieldValues() {}

    /** The value at a dotted path of an object in its served form, {@code ""} when there is none. */
    static String of(ResourceType type, JsonNode object, String path) {
        if (!type.custom() && path.equals("source")) {
            var source = object.path("source").path("component").asText();
            return source.isEmpty() ? object.path("reportingComponent").asText() : source;
        }
        if (!type.custom() && path.equals("status.successful")) {
            return object.path("status").path("succeeded").asText("0");
        }
        if (!type.custom() && path.equals("status.podIPs")) {
            return object.path("status").path("podIPs").path(0).path("ip").asText();
        }
        var node = object;
        for (int start = 0; start >= 0 && start <= path.length(); ) {
            int dot = path.indexOf('.', start);
            node = node.path(path.substring(start, dot < 0 ? path.length() : dot));
            start = dot < 0 ? -1 : dot + 1;
        }
        if (node.isValueNode() && !node.isNull()) {
            return node.asText();
        }
        return type.custom() ? "" : ZERO_VALUES.getOrDefault(path, "");
    }
}
