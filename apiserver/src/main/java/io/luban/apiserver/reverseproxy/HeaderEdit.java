package io.luban.apiserver.reverseproxy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.luban.http.Headers;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** One entry of {@code headerUp} or {@code headerDown}. */
sealed interface HeaderEdit {
    /** The changed fields. */
    Headers apply(Headers headers);

    /** {@code -Name}, {@code -Prefix*}, {@code -*Suffix}: drops every field whose name fits. */
    record Remove(String pattern) implements HeaderEdit {
        @Override
        public Headers apply(Headers headers) {
            var fits = test();
            var kept = Headers.builder();
            headers.forEach((name, value) -> {
                if (!fits.test(name.toLowerCase(Locale.ROOT))) {
                    kept.add(name, value);
                }
            });
            return kept.build();
        }

        private Predicate<String> test() {
            var lower = pattern.toLowerCase(Locale.ROOT);
            if (lower.endsWith("*")) {
                var prefix = lower.substring(0, lower.length() - 1);
                return name -> name.startsWith(prefix);
            }
            if (lower.startsWith("*")) {
                var suffix = lower.substring(1);
                return name -> name.endsWith(suffix);
            }
            return lower::equals;
        }
    }

    /** {@code +Name value} or {@code +Name: value}: one more value. */
    record Add(String name, String value) implements HeaderEdit {
        @Override
        public Headers apply(Headers headers) {
            return headers.plus(name, value);
        }
    }

    /** {@code Name value} or {@code Name: value}: the only value. */
    record Set(String name, String value) implements HeaderEdit {
        @Override
        public Headers apply(Headers headers) {
            return headers.with(name, value);
        }
    }

    /** {@code Name "regex" "replacement"}: changes the values that are there. */
    record Replace(String name, Pattern search, String replacement) implements HeaderEdit {
        @Override
        public Headers apply(Headers headers) {
            var changed = Headers.builder();
            headers.forEach((field, value) -> changed.add(
                    field,
                    field.equalsIgnoreCase(name) ? RegexTemplate.replaceAll(search, value, replacement) : value));
            return changed.build();
        }
    }

    /** Reads an entry; empty when it says nothing that can be done, which includes smuggled line breaks. */
    static Optional<HeaderEdit> parse(String entry) {
        var text = entry.strip();
        if (text.isEmpty() || text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        if (text.startsWith("-")) {
            return text.length() == 1
                    ? Optional.empty()
                    : Optional.of(new Remove(text.substring(1).strip()));
        }
        int blank = text.indexOf(' ');
        if (blank < 0) {
            return Optional.empty();
        }
        boolean adds = text.startsWith("+");
        var name = text.substring(adds ? 1 : 0, text.charAt(blank - 1) == ':' ? blank - 1 : blank);
        var value = text.substring(blank + 1).strip();
        if (!Headers.isField(name, value)) {
            return Optional.empty();
        }
        return adds ? Optional.of(new Add(name, unquoted(value))) : replacementOrValue(name, value);
    }

    /** Two quoted arguments are search and replacement; anything else is one value that may contain blanks. */
    private static Optional<HeaderEdit> replacementOrValue(String name, String value) {
        int between = value.indexOf("\" \"");
        if (between > 0 && value.startsWith("\"") && value.endsWith("\"") && value.length() > between + 3) {
            if (between > DirectivesReader.LONGEST_REGEX) {
                return Optional.empty();
            }
            try {
                var search = Pattern.compile(value.substring(1, between));
                return Optional.of(new Replace(name, search, value.substring(between + 3, value.length() - 1)));
            } catch (PatternSyntaxException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new Set(name, unquoted(value)));
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
