package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Relative times as kubectl prints them. */
final class Ages {
    static final String UNKNOWN = "<unknown>";
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;
    private static final int YEAR = 365 * DAY;

    private Ages() {}

    /** Time since a timestamp, {@value #UNKNOWN} when there is none. */
    static String since(JsonNode timestamp, Instant now) {
        return instant(timestamp).map(then -> text(Duration.between(then, now))).orElse(UNKNOWN);
    }

    static Optional<Instant> instant(JsonNode timestamp) {
        if (!timestamp.isTextual()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(timestamp.asText()).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Two units at most: {@code 119s}, {@code 3m10s}, {@code 125m}, {@code 3h5m}, {@code 30h}, {@code 3d4h}, {@code 45d}. */
    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 2 * MINUTE) {
            return seconds + "s";
        }
        if (seconds < 10 * MINUTE) {
            return two(seconds / MINUTE, "m", seconds % MINUTE, "s");
        }
        if (seconds < 3 * HOUR) {
            return seconds / MINUTE + "m";
        }
        if (seconds < 8 * HOUR) {
            return two(seconds / HOUR, "h", seconds / MINUTE % 60, "m");
        }
        if (seconds < 2 * DAY) {
            return seconds / HOUR + "h";
        }
        if (seconds < 8 * DAY) {
            return two(seconds / DAY, "d", seconds / HOUR % 24, "h");
        }
        if (seconds < 2L * YEAR) {
            return seconds / DAY + "d";
        }
        if (seconds < 8L * YEAR) {
            return two(seconds / YEAR, "y", seconds / DAY % 365, "d");
        }
        return seconds / YEAR + "y";
    }

    private static String two(long first, String firstUnit, long second, String secondUnit) {
        return second == 0 ? first + firstUnit : first + firstUnit + second + secondUnit;
    }
}
