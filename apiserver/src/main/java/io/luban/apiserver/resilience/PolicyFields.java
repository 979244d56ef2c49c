package io.luban.apiserver.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.GoDuration;
import io.luban.model.ParseException;
import java.time.Duration;

/** Reads the fields of a policy; what is wrong is a {@link ParseException} that names policy and field. */
record PolicyFields(String policy, JsonNode json) {
    Duration duration(String field, Duration fallback) {
        var value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        try {
            return GoDuration.parse(value.asText(""));
        } catch (ParseException e) {
            throw invalid(field, e.getMessage());
        }
    }

    int positive(String field, int fallback) {
        var value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        if (!value.canConvertToInt() || value.asInt() < 1) {
            throw invalid(field, "must be a number of at least 1");
        }
        return value.asInt();
    }

    double rate(String field) {
        var value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isNumber() || value.asDouble() <= 0) {
            throw invalid(field, "must be a number greater than 0");
        }
        return value.asDouble();
    }

    StatusRanges statuses(String field) {
        try {
            return StatusRanges.parse(json.path(field));
        } catch (ParseException e) {
            throw invalid(field, e.getMessage());
        }
    }

    ParseException invalid(String field, @org.jspecify.annotations.Nullable String rule) {
        return new ParseException("%s.%s: %s".formatted(policy, field, rule));
    }
}
