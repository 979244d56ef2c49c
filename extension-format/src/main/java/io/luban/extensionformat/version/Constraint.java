package io.luban.extensionformat.version;

import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version constraint such as {@code >=1.19.0-0 <2 || ^3.1}: alternatives joined by {@code ||}, each a list of
 * comparisons that all have to hold. A pre-release fails every comparison whose own version is a release, which is why
 * constraints end in {@code -0}.
 */
public final class Constraint {
    private static final int MAX_LENGTH = 1024;
    private static final String NUMBER = "(?:[0-9]{1,18}|[xX*])";
    private static final String IDENTIFIERS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
    private static final String VERSION =
            "v?" + NUMBER + "(?:\\." + NUMBER + "){0,2}(?:-" + IDENTIFIERS + ")?(?:\\+" + IDENTIFIERS + ")?";
    private static final String OPERATOR = "(?:!=|>=|=>|<=|=<|~>|=|>|<|~|\\^)?";
    private static final Pattern HYPHEN_RANGE =
            Pattern.compile("(?<![^\\s,])(" + VERSION + ")\\s+-\\s+(" + VERSION + ")(?![^\\s,])");
    private static final Pattern COMPARISON =
            Pattern.compile("\\G[\\s,]*(" + OPERATOR + ")\\s*(" + VERSION + ")(?=[\\s,]|$)");

    private final String text;
    private final List<List<Comparison>> alternatives;

    private Constraint(String text, List<List<Comparison>> alternatives) {
        this.text = text;
        this.alternatives = alternatives;
    }

    /** Reads a constraint; blank text matches everything. Throws {@link ParseException} quoting what is wrong. */
    public static Constraint parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new ParseException("version constraint is longer than " + MAX_LENGTH + " characters");
        }
        if (text.isBlank()) {
            return new Constraint(text, List.of(List.of()));
        }
        var alternatives = new ArrayList<List<Comparison>>();
        for (var alternative : text.split("\\|\\|", -1)) {
            alternatives.add(comparisons(alternative, text));
        }
        return new Constraint(text, List.copyOf(alternatives));
    }

    /** Whether {@code version} satisfies the constraint {@code text}; what cannot be parsed does not match. */
    public static boolean accepts(String text, Version version) {
        return find(text).map(constraint -> constraint.matches(version)).orElse(false);
    }

    /** The constraint, or empty when the text is none. */
    public static Optional<Constraint> find(String text) {
        try {
            return Optional.of(parse(text));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    /** Whether one of the alternatives holds for the version. */
    public boolean matches(Version version) {
        return alternatives.stream().anyMatch(all -> all.stream().allMatch(comparison -> comparison.matches(version)));
    }

    @Override
    public String toString() {
        return text;
    }

    private static List<Comparison> comparisons(String alternative, String whole) {
        var plain = HYPHEN_RANGE
                .matcher(alternative)
                .replaceAll(range -> ">=" + Matcher.quoteReplacement(range.group(1)) + ",<="
                        + Matcher.quoteReplacement(range.group(2)));
        if (plain.isBlank()) {
            return List.of();
        }
        var matcher = COMPARISON.matcher(plain);
        var found = new ArrayList<Comparison>();
        int end = 0;
        while (matcher.find()) {
            found.add(Comparison.of(matcher.group(1), matcher.group(2)));
            end = matcher.end();
        }
        if (!plain.substring(end).isBlank()) {
            throw new ParseException("improper version constraint: \"%s\" at \"%s\""
                    .formatted(whole, plain.substring(end).strip()));
        }
        return List.copyOf(found);
    }
}
