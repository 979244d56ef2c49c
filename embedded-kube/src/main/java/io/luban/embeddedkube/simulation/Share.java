package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;

/** A number or a percentage of a whole, as in {@code maxSurge: 25%}. */
final class Share {
    private Share() {}

    static int roundedUp(JsonNode value, int whole) {
        return (int) Math.ceil(exact(value, whole));
    }

    static int roundedDown(JsonNode value, int whole) {
        return (int) Math.floor(exact(value, whole));
    }

    private static double exact(JsonNode value, int whole) {
        var text = value.asText("0");
        return text.endsWith("%")
                ? whole * Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                : value.asInt();
    }
}
