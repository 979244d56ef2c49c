package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.JsonNode;

/** Equality of JSON that does not care how wide a number was read or in which order members stand. */
final class SameContent {
    private SameContent() {}

    static boolean of(JsonNode one, JsonNode other) {
        return one.equals(SameContent::compare, other);
    }

    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }
}
