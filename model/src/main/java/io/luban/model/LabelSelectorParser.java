package io.luban.model;

import io.luban.model.LabelRequirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Recursive descent over the text form of a label selector; its messages are those clients of Kubernetes know. */
final class LabelSelectorParser {
    private static final String OPERATORS = "in, notin, =, ==, !=, gt, lt";
    private static final String SPECIAL = "=!(),<>";

    private final String text;
    private int position;
    private String token = "";
    private boolean word;

    LabelSelectorParser(String text) {
        this.text = text;
        advance();
    }

    List<LabelRequirement> parse() {
        var requirements = new ArrayList<LabelRequirement>();
        if (atEnd()) {
            return requirements;
        }
        if (!word && !token.equals("!")) {
            throw fail("found '" + token + "', expected: !, identifier, or 'end of string'", false);
        }
        requirements.add(requirement());
        while (!atEnd()) {
            if (!token.equals(",")) {
                throw fail("found '" + token + "', expected: ',' or 'end of string'", false);
            }
            advance();
            if (!word && !token.equals("!")) {
                throw fail("found '" + token + "', expected: identifier after ','", false);
            }
            requirements.add(requirement());
        }
        return requirements;
    }

    private LabelRequirement requirement() {
        if (token.equals("!")) {
            advance();
            return new LabelRequirement(key(), Operator.ABSENT, new TreeSet<>());
        }
        var key = key();
        if (atEnd() || token.equals(",")) {
            return new LabelRequirement(key, Operator.EXISTS, new TreeSet<>());
        }
        var operator = operator();
        boolean set = operator == Operator.IN || operator == Operator.NOT_IN;
        var values = set ? values() : value();
        check(key, operator, values);
        return new LabelRequirement(key, operator, values);
    }

    private String key() {
        if (!word) {
            throw fail("found '" + token + "', expected: identifier", true);
        }
        var key = token;
        ObjectNames.qualifiedName(key).stream().findFirst().ifPresent(problem -> {
            throw fail("key: Invalid value: \"" + key + "\": " + problem, true);
        });
        advance();
        return key;
    }

    private Operator operator() {
        var operator = switch (token) {
            case "in" -> Operator.IN;
            case "notin" -> Operator.NOT_IN;
            case "=", "==" -> Operator.EQUALS;
            case "!=" -> Operator.NOT_EQUALS;
            case ">" -> Operator.GREATER;
            case "<" -> Operator.LESS;
            default -> throw fail("found '" + token + "', expected: " + OPERATORS, true);
        };
        advance();
        return operator;
    }

    private SortedSet<String> value() {
        var values = new TreeSet<String>();
        if (atEnd() || token.equals(",")) {
            values.add("");
            return values;
        }
        if (!word) {
            throw fail("found '" + token + "', expected: identifier", true);
        }
        values.add(token);
        advance();
        return values;
    }

    private SortedSet<String> values() {
        if (!token.equals("(")) {
            throw fail("found '" + token + "', expected: '('", true);
        }
        advance();
        var values = new TreeSet<String>();
        while (!token.equals(")")) {
            if (word) {
                values.add(token);
                advance();
            } else if (token.equals(",")) {
                values.add("");
            } else {
                throw fail("found '" + token + "', expected: ',', ')' or identifier", true);
            }
            if (token.equals(",")) {
                advance();
                if (token.equals(")")) {
                    values.add("");
                }
            } else if (!token.equals(")")) {
                throw fail("found '" + token + "', expected: ',' or ')'", true);
            }
        }
        advance();
        if (values.isEmpty()) {
            values.add("");
        }
        return values;
    }

    private void check(String key, Operator operator, SortedSet<String> values) {
        for (var value : values) {
            ObjectNames.labelValue(value).stream().findFirst().ifPresent(problem -> {
                throw fail("values[0][" + key + "]: Invalid value: \"" + value + "\": " + problem, true);
            });
        }
        if (operator == Operator.GREATER || operator == Operator.LESS) {
            try {
                Long.parseLong(values.first());
            } catch (NumberFormatException e) {
                throw fail(
                        "values[0][" + key + "]: Invalid value: \"" + values.first()
                                + "\": for 'Gt', 'Lt' operators, the value must be an integer",
                        true);
            }
        }
    }

    private boolean atEnd() {
        return token.isEmpty();
    }

    private void advance() {
        while (position < text.length() && isBlank(text.charAt(position))) {
            position++;
        }
        int start = position;
        word = false;
        if (start == text.length()) {
            token = "";
            return;
        }
        if (SPECIAL.indexOf(text.charAt(start)) >= 0) {
            position++;
            boolean pair = position < text.length()
                    && text.charAt(position) == '='
                    && (text.charAt(start) == '=' || text.charAt(start) == '!');
            position += pair ? 1 : 0;
        } else {
            word = true;
            while (position < text.length() && !endsWord(text.charAt(position))) {
                position++;
            }
        }
        token = text.substring(start, position);
    }

    private static boolean endsWord(char c) {
        return isBlank(c) || SPECIAL.indexOf(c) >= 0;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static ParseException fail(String problem, boolean inRequirement) {
        return new ParseException(inRequirement ? "unable to parse requirement: " + problem : problem);
    }
}
