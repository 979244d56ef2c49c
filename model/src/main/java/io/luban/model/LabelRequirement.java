package io.luban.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One condition of a {@link LabelSelector}.
 *
 * @param values sorted; one for comparisons, none for the existence checks
 */
public record LabelRequirement(String key, Operator operator, SortedSet<String> values) {
    /** How the label's value is compared. */
    public enum Operator {
        EQUALS,
        NOT_EQUALS,
        IN,
        NOT_IN,
        EXISTS,
        ABSENT,
        GREATER,
        LESS
    }

    /** Defensive copy. */
    public LabelRequirement {
        values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    /** Whether the labels satisfy the condition; the negative ones hold for an absent label. */
    public boolean matches(Map<String, String> labels) {
        var value = labels.get(key);
        return switch (operator) {
            case EXISTS -> value != null;
            case ABSENT -> value == null;
            case EQUALS, IN -> value != null && values.contains(value);
            case NOT_EQUALS, NOT_IN -> value == null || !values.contains(value);
            case GREATER -> value != null && compare(value) > 0;
            case LESS -> value != null && compare(value) < 0;
        };
    }

    /** A label that is no number is neither greater nor less. */
    private int compare(String value) {
        try {
            return Long.compare(Long.parseLong(value), Long.parseLong(values.first()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public String toString() {
        return switch (operator) {
            case EXISTS -> key;
            case ABSENT -> "!" + key;
            case EQUALS -> key + "=" + values.first();
            case NOT_EQUALS -> key + "!=" + values.first();
            case IN -> key + " in (" + String.join(",", values) + ")";
            case NOT_IN -> key + " notin (" + String.join(",", values) + ")";
            case GREATER -> key + ">" + values.first();
            case LESS -> key + "<" + values.first();
        };
    }
}
