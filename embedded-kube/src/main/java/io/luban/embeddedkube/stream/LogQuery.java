package io.luban.embeddedkube.stream;

import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.StatusCause;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The query of a log request, judged by the rules of PodLogOptions. */
record LogQuery(
        String container,
        boolean follow,
        boolean previous,
        boolean timestamps,
        Since from,
        Limits limits,
        String stream)
        implements LogRequest {
    /** How much is wanted at most; negative for no limit. */
    record Limits(long lines, long bytes) {}

    /** From when on; at most one of the two is given. */
    record Since(long seconds, String time) {
        Optional<Instant> instant(Clock clock) {
            if (seconds >= 0) {
                return Optional.of(clock.instant().minusSeconds(seconds));
            }
            return time.isEmpty()
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(time).toInstant());
        }
    }

    private static final List<String> STREAMS = List.of("All", "Stdout", "Stderr");
    private static final long NONE = -1;

    static LogQuery parse(Request request, String podName, Clock clock) {
        var query = new QueryValues(request);
        var causes = new ArrayList<StatusCause>();
        long lines = atLeast(query, "tailLines", 0, "must be greater than or equal to 0", causes);
        long bytes = atLeast(query, "limitBytes", 1, "must be greater than 0", causes);
        long seconds = atLeast(query, "sinceSeconds", 1, "must be greater than 0", causes);
        var time = request.query("sinceTime").orElse("");
        if (seconds != NONE && !time.isEmpty()) {
            causes.add(new StatusCause(
                    "FieldValueForbidden",
                    "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
                    ""));
        }
        query.requireBoolean("insecureSkipTLSVerifyBackend");
        requireTime(time);
        var stream = request.query("stream").filter(text -> !text.isEmpty()).orElse("All");
        if (!STREAMS.contains(stream)) {
            causes.add(new StatusCause(
                    "FieldValueNotSupported",
                    "Unsupported value: \"%s\": supported values: \"All\", \"Stderr\", \"Stdout\"".formatted(stream),
                    "stream"));
        }
        if (!causes.isEmpty()) {
            throw ApiException.invalid("", "PodLogOptions", podName, causes);
        }
        var since = new Since(seconds, time).instant(clock);
        return new LogQuery(
                request.query("container").orElse(""),
                query.bool("follow"),
                query.bool("previous"),
                query.bool("timestamps"),
                new Since(NONE, since.map(Instant::toString).orElse("")),
                new Limits(lines, bytes),
                stream);
    }

    private static long atLeast(QueryValues query, String name, long smallest, String rule, List<StatusCause> causes) {
        var value = query.number(name);
        if (value.isEmpty()) {
            return NONE;
        }
        if (value.getAsLong() < smallest) {
            causes.add(new StatusCause(
                    "FieldValueInvalid", "Invalid value: %d: %s".formatted(value.getAsLong(), rule), name));
            return NONE;
        }
        return value.getAsLong();
    }

    private static void requireTime(String time) {
        try {
            if (!time.isEmpty()) {
                OffsetDateTime.parse(time);
            }
        } catch (DateTimeParseException e) {
            throw ApiException.badRequest("sinceTime \"" + time + "\" is no time of RFC 3339");
        }
    }

    LogQuery of(String complete) {
        return new LogQuery(complete, follow, previous, timestamps, from, limits, stream);
    }

    @Override
    public Optional<Instant> since() {
        return from.time().isEmpty() ? Optional.empty() : Optional.of(Instant.parse(from.time()));
    }

    @Override
    public OptionalLong tailLines() {
        return limits.lines() < 0 ? OptionalLong.empty() : OptionalLong.of(limits.lines());
    }

    long limitBytes() {
        return limits.bytes() < 0 ? Long.MAX_VALUE : limits.bytes();
    }
}
