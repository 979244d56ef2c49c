package io.luban.controller.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.Optional;

/**
 * Values for an extension, as a mapping or as its YAML text.
 *
 * @param node as the Subscription has it; missing when it says nothing
 */
record Config(JsonNode node) {
    boolean isSaid() {
        return !node.isMissingNode() && !node.isNull();
    }

    /** As plans have it. */
    String text() {
        if (node instanceof ObjectNode mapping) {
            return mapping.isEmpty() ? "" : Yaml.write(mapping);
        }
        return node.asText("");
    }

    /** Whether the text of a plan means the same; how it is written does not matter. */
    boolean means(String other) {
        var text = text();
        if (text.strip().equals(other.strip())) {
            return true;
        }
        var own = mapping(text);
        return own.isPresent()
                && mapping(other)
                        .map(theirs -> Json.sameValue(own.get(), theirs))
                        .orElse(false);
    }

    /** The text of a plan in the form that this has: a mapping stays one if it can. */
    JsonNode inMyForm(String other) {
        var text = TextNode.valueOf(other);
        return node.isObject() ? mapping(other).map(JsonNode.class::cast).orElse(text) : text;
    }

    private static Optional<ObjectNode> mapping(String text) {
        try {
            var parsed = Yaml.parse(text);
            if (parsed.isNull()) {
                return Optional.of(Json.object());
            }
            return parsed instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
