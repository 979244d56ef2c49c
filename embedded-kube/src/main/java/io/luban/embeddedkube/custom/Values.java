package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/** Names of JSON types and wordings of problems with values. */
final class Values {
    private Values() {}

    static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT, POJO -> "object";
            case ARRAY -> "array";
            case STRING, BINARY -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case NULL, MISSING -> "null";
        };
    }

    static boolean isWhole(JsonNode number) {
        return number.isIntegralNumber()
                || (number.isNumber()
                        && number.decimalValue().stripTrailingZeros().scale() <= 0);
    }

    /** A number as Go prints it in messages. */
    static String number(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    /** The value has another JSON type or format than {@code expected}. */
    static StatusCause wrongType(String field, String expected, String found) {
        var quoted = Json.text(TextNode.valueOf(found));
        return new StatusCause(
                "FieldValueTypeInvalid",
                "Invalid value: %s: %s in body must be of type %s: %s".formatted(quoted, field, expected, quoted),
                field);
    }

    static StatusCause notAllowed(String field, JsonNode value, List<JsonNode> allowed) {
        var names = allowed.stream()
                .map(each -> each.isTextual() ? Json.text(each) : '"' + Json.text(each) + '"')
                .collect(Collectors.joining(", "));
        return new StatusCause(
                "FieldValueNotSupported",
                "Unsupported value: %s: supported values: %s".formatted(Json.text(value), names),
                field);
    }

    /** A problem that the reference reports without telling the field. */
    static StatusCause unplaced(String message) {
        return new StatusCause("FieldValueInvalid", "Invalid value: \"\": " + message, "<nil>");
    }
}
