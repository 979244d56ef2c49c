package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.LabelRequirement.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Chooses objects by their labels; all requirements must hold. Immutable. */
public final class LabelSelector {
    /** Chooses every object. */
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);

    /** Chooses no object; what an absent selector member means in an API object. */
    public static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    private final List<LabelRequirement> requirements;
    private final boolean nothing;

    private LabelSelector(List<LabelRequirement> requirements, boolean nothing) {
        this.requirements = requirements;
        this.nothing = nothing;
    }

    /** Reads the query form such as {@code app=web,tier in (a,b),!legacy}; throws {@link ParseException}. */
    public static LabelSelector parse(String text) {
        return of(new LabelSelectorParser(text).parse());
    }

    /** The conjunction of the requirements. */
    public static LabelSelector of(List<LabelRequirement> requirements) {
        return requirements.isEmpty()
                ? EVERYTHING
                : new LabelSelector(
                        requirements.stream()
                                .sorted(Comparator.comparing(LabelRequirement::key))
                                .toList(),
                        false);
    }

    /**
     * Reads the object form with {@code matchLabels} and {@code matchExpressions}: an empty object chooses everything, a
     * missing one nothing. Throws {@link ParseException}.
     */
    public static LabelSelector from(JsonNode selector) {
        if (selector.isMissingNode() || selector.isNull()) {
            return NOTHING;
        }
        var requirements = new ArrayList<LabelRequirement>();
        selector.path("matchLabels")
                .properties()
                .forEach(entry -> requirements.add(new LabelRequirement(
                        entry.getKey(),
                        Operator.EQUALS,
                        new TreeSet<>(List.of(entry.getValue().asText())))));
        selector.path("matchExpressions").forEach(expression -> requirements.add(expression(expression)));
        return of(requirements);
    }

    private static LabelRequirement expression(JsonNode expression) {
        var key = expression.path("key").asText();
        var values = new TreeSet<String>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        var word = expression.path("operator").asText();
        return switch (word) {
            case "In" -> new LabelRequirement(key, Operator.IN, required(word, values));
            case "NotIn" -> new LabelRequirement(key, Operator.NOT_IN, required(word, values));
            case "Exists" -> new LabelRequirement(key, Operator.EXISTS, new TreeSet<>());
            case "DoesNotExist" -> new LabelRequirement(key, Operator.ABSENT, new TreeSet<>());
            default -> throw new ParseException("\"" + word + "\" is not a valid label selector operator");
        };
    }

    private static SortedSet<String> required(String operator, SortedSet<String> values) {
        if (values.isEmpty()) {
            throw new ParseException(
                    "values: Invalid value: []: for '" + operator + "' operators, values set can't be empty");
        }
        return values;
    }

    /** Whether an object with these labels is chosen. */
    public boolean matches(Map<String, String> labels) {
        if (nothing) {
            return false;
        }
        for (var requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every object is chosen. */
    public boolean isEverything() {
        return !nothing && requirements.isEmpty();
    }

    /** The conditions, sorted by key. */
    public List<LabelRequirement> requirements() {
        return requirements;
    }

    /** The query form in canonical order; reading it back chooses the same objects. */
    @Override
    public String toString() {
        return requirements.stream().map(LabelRequirement::toString).collect(Collectors.joining(","));
    }
}
