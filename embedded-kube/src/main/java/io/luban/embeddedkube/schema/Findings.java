package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one object. */
final class Findings {
    private final List<StatusCause> causes = new ArrayList<>();

    List<StatusCause> causes() {
        return List.copyOf(causes);
    }

    void add(StatusCause cause) {
        causes.add(cause);
    }

    void required(String field, String detail) {
        causes.add(StatusCause.required(field, detail));
    }

    void invalid(String field, JsonNode value, String detail) {
        causes.add(
                value.isMissingNode()
                        ? StatusCause.invalid(field, "", detail)
                        : StatusCause.invalid(field, value, detail));
    }

    void invalid(String field, String value, String detail) {
        causes.add(StatusCause.invalid(field, value, detail));
    }

    /** One finding per text, for checks that answer lists of problems. */
    void invalid(String field, String value, List<String> details) {
        details.forEach(detail -> invalid(field, value, detail));
    }

    void notSupported(String field, String value, List<String> supported) {
        causes.add(StatusCause.notSupported(field, value, supported));
    }

    void duplicate(String field, String value) {
        causes.add(StatusCause.duplicate(field, value));
    }

    void duplicate(String field, JsonNode value) {
        causes.add(new StatusCause("FieldValueDuplicate", "Duplicate value: " + Json.text(value), field));
    }

    void forbidden(String field, String detail) {
        causes.add(StatusCause.forbidden(field, detail));
    }

    void notFound(String field, String value) {
        causes.add(new StatusCause("FieldValueNotFound", "Not found: \"" + value + "\"", field));
    }

    void tooLong(String field, int maximumBytes) {
        causes.add(StatusCause.tooLong(field, maximumBytes));
    }

    void tooMany(String field, int actual, int maximum) {
        causes.add(StatusCause.tooMany(field, actual, maximum));
    }

    /** A value whose text form is not JSON. */
    void invalidText(String field, String valueText, String detail) {
        causes.add(new StatusCause("FieldValueInvalid", "Invalid value: " + valueText + ": " + detail, field));
    }

    /** A number that is there must not be below zero. */
    void atLeastZero(String field, JsonNode value) {
        if (value.isNumber() && value.longValue() < 0) {
            invalid(field, value, "must be greater than or equal to 0");
        }
    }

    /** A port number, absent counting as zero. */
    void port(String field, JsonNode value) {
        long port = value.asLong();
        if (port < 1 || port > 65_535) {
            invalid(field, LongNode.valueOf(port), "must be between 1 and 65535, inclusive");
        }
    }
}
