package io.luban.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Chooses objects by the values of fields; all terms must hold, an absent field counts as {@code ""}. Immutable. */
public final class FieldSelector {
    /** Chooses every object. */
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    private final List<Term> terms;

    private FieldSelector(List<Term> terms) {
        this.terms = terms;
    }

    /**
     * One comparison.
     *
     * @param path dotted path of the field
     * @param equal false for {@code !=}
     */
    public record Term(String path, boolean equal, String value) {
        private boolean matches(Function<String, String> fields) {
            return fields.apply(path).equals(value) == equal;
        }

        @Override
        public String toString() {
            return path
                    + (equal ? "=" : "!=")
                    + value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
        }
    }

    /** Reads the query form such as {@code status.phase!=Running,spec.nodeName=a}; throws {@link ParseException}. */
    public static FieldSelector parse(String text) {
        var terms = new ArrayList<Term>();
        for (var part : split(text)) {
            if (!part.isEmpty()) {
                terms.add(term(part, text));
            }
        }
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(List.copyOf(terms));
    }

    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Term term(String part, String whole) {
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) == '\\') {
                i++;
            } else if (part.startsWith("!=", i)) {
                return new Term(part.substring(0, i), false, unescape(part.substring(i + 2)));
            } else if (part.charAt(i) == '=') {
                int end = part.startsWith("==", i) ? i + 2 : i + 1;
                return new Term(part.substring(0, i), true, unescape(part.substring(end)));
            }
        }
        throw new ParseException("invalid selector: '" + whole + "'; can't understand '" + part + "'");
    }

    private static String unescape(String value) {
        var plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '=') {
                throw new ParseException("invalid field selector: unescaped character in value: =");
            }
            if (c == '\\') {
                i++;
                c = i < value.length() ? value.charAt(i) : ' ';
                if (c != '\\' && c != ',' && c != '=') {
                    throw new ParseException("invalid field selector: invalid escape sequence in value: \\" + c);
                }
            }
            plain.append(c);
        }
        return plain.toString();
    }

    /** Whether an object is chosen whose fields the function answers ({@code ""} for absent ones). */
    public boolean matches(Function<String, String> fields) {
        for (var term : terms) {
            if (!term.matches(fields)) {
                return false;
            }
        }
        return true;
    }

    /** The value that the field must have, when some term says so. */
    public Optional<String> requires(String path) {
        return terms.stream()
                .filter(term -> term.equal() && term.path().equals(path))
                .map(Term::value)
                .findFirst();
    }

    /** Whether every object is chosen. */
    public boolean isEverything() {
        return terms.isEmpty();
    }

    /** The comparisons in the order given. */
    public List<Term> terms() {
        return terms;
    }

    /** The query form; reading it back chooses the same objects. */
    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(","));
    }
}
