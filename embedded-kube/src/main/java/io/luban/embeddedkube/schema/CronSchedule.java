package io.luban.embeddedkube.schema;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Syntax of cron schedules: five fields, or one of the named ones. */
final class CronSchedule {
    private static final Set<String> NAMED =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** What one field may hold; {@code names} stand for numbers from {@code minimum} on. */
    private record Field(int minimum, int maximum, List<String> names) {}

    private static final List<Field> FIELDS = List.of(
            new Field(0, 59, List.of()),
            new Field(0, 23, List.of()),
            new Field(1, 31, List.of()),
            new Field(1, 12, MONTHS),
            new Field(0, 6, DAYS));

    private CronSchedule() {}

    /** What is wrong with a schedule; empty when nothing is. */
    static Optional<String> problem(String schedule) {
        if (schedule.contains("TZ")) {
            return Optional.of("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        if (schedule.startsWith("@")) {
            return NAMED.contains(schedule) || schedule.startsWith("@every ")
                    ? Optional.empty()
                    : Optional.of("unrecognized descriptor: " + schedule);
        }
        var words = List.of(schedule.strip().split("\\s+", -1));
        if (words.size() != FIELDS.size()) {
            return Optional.of(
                    "expected exactly 5 fields, found %d: [%s]".formatted(words.size(), String.join(" ", words)));
        }
        for (int i = 0; i < words.size(); i++) {
            for (var part : words.get(i).split(",", -1)) {
                if (!isPart(part, FIELDS.get(i))) {
                    return Optional.of("failed to parse field: " + words.get(i));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isPart(String part, Field field) {
        var pieces = part.split("/", -1);
        if (pieces.length > 2 || (pieces.length == 2 && !isPositive(pieces[1]))) {
            return false;
        }
        var range = pieces[0];
        if (range.equals("*") || range.equals("?")) {
            return true;
        }
        var ends = range.split("-", -1);
        int first = number(ends[0], field);
        int last = ends.length == 1 ? first : number(ends[1], field);
        return ends.length <= 2 && first >= field.minimum() && last <= field.maximum() && first <= last;
    }

    private static boolean isPositive(String text) {
        return text.matches("[0-9]{1,9}") && Integer.parseInt(text) > 0;
    }

    /** -1 when it is no value of the field. */
    private static int number(String text, Field field) {
        int name = field.names().indexOf(text.toLowerCase(Locale.ROOT));
        if (name >= 0) {
            return name + field.minimum();
        }
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }
}
