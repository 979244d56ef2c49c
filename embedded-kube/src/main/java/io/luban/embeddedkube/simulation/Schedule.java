package io.luban.embeddedkube.simulation;

import io.luban.model.GoDuration;
import io.luban.model.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The times of a cron schedule: five fields of minute, hour, day, month and weekday, a named schedule, or {@code @every}
 * with a duration. When both day and weekday are restricted, either suffices.
 */
final class Schedule {
    private static final Map<String, String> NAMED = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final int YEARS_AHEAD = 5;

    private final ZoneId zone;
    private final Optional<Duration> every;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean isEitherDay;

    private Schedule(ZoneId zone, Optional<Duration> every, List<String> fields) {
        this.zone = zone;
        this.every = every;
        this.minutes = field(fields.get(0), 0, 59, List.of());
        this.hours = field(fields.get(1), 0, 23, List.of());
        this.days = field(fields.get(2), 1, 31, List.of());
        this.months = field(fields.get(3), 1, 12, MONTHS);
        this.weekdays = field(fields.get(4), 0, 6, DAYS);
        this.isEitherDay = isRestricted(fields.get(2)) && isRestricted(fields.get(4));
    }

    /** Reads a schedule; throws {@link ParseException}. */
    static Schedule parse(String text, ZoneId zone) {
        var schedule = text.strip();
        if (schedule.startsWith("@every ")) {
            var period = GoDuration.parse(schedule.substring("@every ".length()).strip());
            var whole = Duration.ofSeconds(Math.max(1, period.toSeconds()));
            return new Schedule(zone, Optional.of(whole), List.of("*", "*", "*", "*", "*"));
        }
        var fields = List.of(NAMED.getOrDefault(schedule, schedule).split("\\s+", -1));
        if (fields.size() != 5) {
            throw new ParseException("expected exactly 5 fields, found " + fields.size() + ": " + text);
        }
        return new Schedule(zone, Optional.empty(), fields);
    }

    /** The first time after another one; empty when there is none within five years. */
    Optional<Instant> after(Instant time) {
        if (every.isPresent()) {
            return Optional.of(Instant.ofEpochSecond(time.getEpochSecond()).plus(every.get()));
        }
        var from = LocalDateTime.ofInstant(time, zone);
        var day = from.toLocalDate();
        var last = day.plusYears(YEARS_AHEAD);
        while (day.isBefore(last)) {
            var found = isDay(day) ? firstOf(day, time) : Optional.<Instant>empty();
            if (found.isPresent()) {
                return found;
            }
            day = day.plusDays(1);
        }
        return Optional.empty();
    }

    /** Walks the matching minutes of a day; hours that a change of clocks leaves out are passed over. */
    private Optional<Instant> firstOf(LocalDate day, Instant after) {
        for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            for (int minute = minutes.nextSetBit(0); minute >= 0; minute = minutes.nextSetBit(minute + 1)) {
                var local = day.atTime(hour, minute);
                var instant = local.atZone(zone).toInstant();
                boolean exists = LocalDateTime.ofInstant(instant, zone).equals(local);
                if (exists && instant.isAfter(after)) {
                    return Optional.of(instant);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isDay(LocalDate day) {
        boolean isMonthDay = days.get(day.getDayOfMonth());
        boolean isWeekday = weekdays.get(day.getDayOfWeek().getValue() % 7);
        return months.get(day.getMonthValue()) && (isEitherDay ? isMonthDay || isWeekday : isMonthDay && isWeekday);
    }

    private static boolean isRestricted(String field) {
        return !field.startsWith("*") && !field.startsWith("?");
    }

    private static BitSet field(String text, int minimum, int maximum, List<String> names) {
        var result = new BitSet();
        for (var part : text.split(",", -1)) {
            int slash = part.indexOf('/');
            int step = slash < 0 ? 1 : Integer.parseInt(part.substring(slash + 1));
            var range = slash < 0 ? part : part.substring(0, slash);
            int first = minimum;
            int last = maximum;
            if (!range.equals("*") && !range.equals("?")) {
                var ends = range.split("-", -1);
                first = number(ends[0], minimum, names);
                last = ends.length > 1 ? number(ends[1], minimum, names) : slash < 0 ? first : maximum;
            }
            for (int value = first; value <= last && value <= maximum; value += Math.max(1, step)) {
                result.set(value);
            }
        }
        return result;
    }

    private static int number(String text, int minimum, List<String> names) {
        int name = names.indexOf(text.toLowerCase(Locale.ROOT));
        return name >= 0 ? name + minimum : Integer.parseInt(text);
    }
}
