package io.luban.embeddedkube.schema;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;

/** The notation of times that count microseconds (Leases, event times): always six digits, always UTC. */
public final class MicroTime {
    private MicroTime() {}

    /** For example {@code 2026-01-01T00:00:00.000000Z}. */
    public static String format(Instant instant) {
        var seconds = instant.truncatedTo(ChronoUnit.SECONDS).toString();
        var digits = Integer.toString(1_000_000 + instant.get(ChronoField.MICRO_OF_SECOND));
        return seconds.substring(0, seconds.length() - 1) + "." + digits.substring(1) + "Z";
    }
}
