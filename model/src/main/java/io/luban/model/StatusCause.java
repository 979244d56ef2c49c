package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One problem within a Kubernetes Status.
 *
 * @param reason machine-readable word such as {@code FieldValueRequired}
 * @param message what is wrong
 * @param field path of the field, {@code ""} when the problem is not tied to one
 */
public record StatusCause(String reason, String message, String field) {
    /** A field that must be there; {@code detail} may be empty. */
    public static StatusCause required(String field, String detail) {
        return new StatusCause(
                "FieldValueRequired", detail.isEmpty() ? "Required value" : "Required value: " + detail, field);
    }

    /** A value that breaks a rule. */
    public static StatusCause invalid(String field, JsonNode value, String detail) {
        return new StatusCause("FieldValueInvalid", "Invalid value: " + Json.text(value) + ": " + detail, field);
    }

    /** A text that breaks a rule. */
    public static StatusCause invalid(String field, String value, String detail) {
        return invalid(field, TextNode.valueOf(value), detail);
    }

    /** A value outside an enumeration. */
    public static StatusCause notSupported(String field, String value, List<String> supported) {
        var names = supported.stream().map(StatusCause::quoted).collect(Collectors.joining(", "));
        return new StatusCause(
                "FieldValueNotSupported",
                "Unsupported value: " + quoted(value) + ": supported values: " + names,
                field);
    }

    /** A value that occurs twice where it must be unique. */
    public static StatusCause duplicate(String field, String value) {
        return new StatusCause("FieldValueDuplicate", "Duplicate value: " + quoted(value), field);
    }

    /** A field that must not be set or changed. */
    public static StatusCause forbidden(String field, String detail) {
        return new StatusCause("FieldValueForbidden", "Forbidden: " + detail, field);
    }

    /** Text that is too long. */
    public static StatusCause tooLong(String field, int maximumBytes) {
        return new StatusCause("FieldValueTooLong", "Too long: may not be more than " + maximumBytes + " bytes", field);
    }

    /** A list that is too long. */
    public static StatusCause tooMany(String field, int actual, int maximum) {
        var message = "Too many: %d: must have at most %d items".formatted(actual, maximum);
        return new StatusCause("FieldValueTooMany", message, field);
    }

    private static String quoted(String text) {
        return Json.text(TextNode.valueOf(text));
    }
}
