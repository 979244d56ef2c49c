package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import io.luban.model.YamlLimits;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Helm values as people write them: YAML text within limits. */
final class ConfigText {
    private static final YamlLimits LIMITS = new YamlLimits(1024 * 1024, 50, 100);

    private ConfigText() {}

    /** The text without blanks at the ends of its lines. */
    static String trimmed(String text) {
        return Arrays.stream(text.split("\n", -1)).map(String::stripTrailing).collect(Collectors.joining("\n"));
    }

    /** Refuses text that is not a mapping; {@code what} names it in the message. */
    static void requireMapping(String text, String what) {
        JsonNode values;
        try {
            values = Yaml.parse(text, LIMITS);
        } catch (ParseException e) {
            throw new RefusedException("failed to unmarshal " + what + ": " + e.getMessage());
        }
        if (!values.isObject() && !values.isNull()) {
            throw new RefusedException("failed to unmarshal " + what + ": a mapping is expected, found "
                    + values.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
        }
    }
}
