package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The part of JSONPath that printer columns and selectable fields use: members, {@code [i]}, {@code ['k']}, {@code [*]} and
 * filters such as {@code [?(@.type=="Ready")]}. Linear in path and object.
 */
public final class JsonPath {
    private sealed interface Step {
        record Member(String name) implements Step {}

        record Index(int index) implements Step {}

        record Every() implements Step {}

        record Filter(Predicate<JsonNode> test) implements Step {}
    }

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /** Reads a path such as {@code .status.conditions[?(@.type=="Ready")].status}; throws {@link ParseException}. */
    public static JsonPath parse(String text) {
        return new JsonPath(new PathReader(text).steps());
    }

    /** The first value at the path; a missing node when there is none. */
    public JsonNode first(JsonNode root) {
        var found = List.of(root);
        for (var step : steps) {
            var next = new ArrayList<JsonNode>();
            for (var node : found) {
                follow(step, node, next);
            }
            found = next;
        }
        return found.isEmpty() ? MissingNode.getInstance() : found.getFirst();
    }

    private static void follow(Step step, JsonNode node, List<JsonNode> found) {
        switch (step) {
            case Step.Member member -> addPresent(node.path(member.name()), found);
            case Step.Index at -> addPresent(node.path(at.index() < 0 ? node.size() + at.index() : at.index()), found);
            case Step.Every every -> node.forEach(found::add);
            case Step.Filter filter ->
                node.forEach(item -> {
                    if (filter.test().test(item)) {
                        found.add(item);
                    }
                });
        }
    }

    private static void addPresent(JsonNode node, List<JsonNode> found) {
        if (!node.isMissingNode()) {
            found.add(node);
        }
    }

    /** Reads the text form left to right. */
    private static final class PathReader {
        private final String text;
        private int position;

        PathReader(String text) {
            this.text = text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
        }

        List<Step> steps() {
            var steps = new ArrayList<Step>();
            position = text.startsWith("$") ? 1 : 0;
            while (position < text.length()) {
                char c = text.charAt(position);
                if (c == '.') {
                    position++;
                    member(steps);
                } else if (c == '[') {
                    steps.add(bracket());
                } else if (position == 0) {
                    member(steps);
                } else {
                    throw fail();
                }
            }
            return steps;
        }

        private void member(List<Step> steps) {
            var name = new StringBuilder();
            while (position < text.length() && text.charAt(position) != '.' && text.charAt(position) != '[') {
                if (text.charAt(position) == '\\' && position + 1 < text.length()) {
                    position++;
                }
                name.append(text.charAt(position++));
            }
            if (name.toString().equals("*")) {
                steps.add(new Step.Every());
            } else if (!name.isEmpty()) {
                steps.add(new Step.Member(name.toString()));
            }
        }

        private Step bracket() {
            int end = closing();
            var inside = text.substring(position + 1, end).strip();
            position = end + 1;
            if (inside.equals("*")) {
                return new Step.Every();
            }
            if (inside.startsWith("?(") && inside.endsWith(")")) {
                return new Step.Filter(filter(inside.substring(2, inside.length() - 1)));
            }
            if (isQuoted(inside)) {
                return new Step.Member(inside.substring(1, inside.length() - 1));
            }
            try {
                return new Step.Index(Integer.parseInt(inside));
            } catch (NumberFormatException e) {
                throw fail();
            }
        }

        private int closing() {
            char quote = 0;
            for (int i = position; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if (c == ']') {
                    return i;
                }
            }
            throw fail();
        }

        private Predicate<JsonNode> filter(String condition) {
            for (var operator : List.of("==", "!=")) {
                int at = condition.indexOf(operator);
                if (at > 0) {
                    var path = operand(condition.substring(0, at).strip());
                    var right = condition.substring(at + 2).strip();
                    var value = isQuoted(right) ? right.substring(1, right.length() - 1) : right;
                    boolean equal = operator.equals("==");
                    return item -> path.first(item).asText().equals(value) == equal;
                }
            }
            var path = operand(condition.strip());
            return item -> !path.first(item).isMissingNode();
        }

        private JsonPath operand(String left) {
            if (!left.startsWith("@")) {
                throw fail();
            }
            return parse(left.substring(1));
        }

        private static boolean isQuoted(String word) {
            return word.length() >= 2
                    && (word.charAt(0) == '"' || word.charAt(0) == '\'')
                    && word.charAt(word.length() - 1) == word.charAt(0);
        }

        private ParseException fail() {
            return new ParseException("unrecognized JSONPath \"%s\" at offset %d".formatted(text, position));
        }
    }
}
