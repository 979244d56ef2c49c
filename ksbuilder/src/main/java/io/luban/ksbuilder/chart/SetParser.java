package io.luban.ksbuilder.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The language of {@code --set}: {@code a.b=1,list[0].c=x,d={x,y},e\.f=g}. A backslash takes the special meaning from
 * the character after it. What a value becomes is the caller's choice.
 */
final class SetParser {
    private static final int MAX_INDEX = 65_536;
    private static final int MAX_DEPTH = 30;

    private final String text;
    private final Function<String, JsonNode> valueOf;
    private int at;

    private SetParser(String text, Function<String, JsonNode> valueOf) {
        this.text = text;
        this.valueOf = valueOf;
    }

    /** One step of a path: the member of a map, or the item of a list. */
    private sealed interface Step {
        record Member(String name) implements Step {}

        record Item(int index) implements Step {}
    }

    /** Adds the assignments in {@code text} to {@code values}; throws {@link ParseException} quoting the text. */
    static void apply(String text, ObjectNode values, Function<String, JsonNode> valueOf) {
        var parser = new SetParser(text, valueOf);
        while (parser.at < text.length()) {
            var path = parser.path();
            assign(values, path, parser.value());
        }
    }

    /** Adds one assignment whose value is everything after the first equals sign. */
    static void applyWhole(String text, ObjectNode values, Function<String, JsonNode> valueOf) {
        var parser = new SetParser(text, valueOf);
        var path = parser.path();
        assign(values, path, valueOf.apply(text.substring(parser.at)));
    }

    /** What {@code --set} makes of a text: a boolean, a number, null or the text. */
    static JsonNode typed(String text) {
        return switch (text) {
            case "true" -> Json.object().booleanNode(true);
            case "false" -> Json.object().booleanNode(false);
            case "null" -> NullNode.getInstance();
            default -> number(text);
        };
    }

    private static JsonNode number(String text) {
        // a leading zero is kept, as in telephone numbers and digests
        if (text.matches("0|-?[1-9][0-9]{0,17}")) {
            return Json.object().numberNode(Long.parseLong(text));
        }
        return Json.object().textNode(text);
    }

    private List<Step> path() {
        var steps = new ArrayList<Step>();
        while (true) {
            var name = readUntil(".[=,");
            if (!name.isEmpty() || steps.isEmpty()) {
                steps.add(new Step.Member(requireName(name)));
            }
            while (peek() == '[') {
                steps.add(new Step.Item(index()));
            }
            char next = peek();
            if (steps.size() > MAX_DEPTH) {
                throw new ParseException(
                        "\"%s\": value name nested level is greater than maximum supported nested".formatted(text));
            }
            at++;
            if (next == '=') {
                return steps;
            }
            if (next != '.') {
                throw new ParseException("\"%s\": key \"%s\" has no value".formatted(text, name));
            }
        }
    }

    private String requireName(String name) {
        if (name.isEmpty()) {
            throw new ParseException("\"%s\": a key is empty".formatted(text));
        }
        return name;
    }

    private int index() {
        int end = text.indexOf(']', at);
        var digits = end < 0 ? "" : text.substring(at + 1, end);
        if (!digits.matches("[0-9]{1,6}") || Integer.parseInt(digits) > MAX_INDEX) {
            throw new ParseException("\"%s\": [%s] is no index between 0 and %d".formatted(text, digits, MAX_INDEX));
        }
        at = end + 1;
        return Integer.parseInt(digits);
    }

    private JsonNode value() {
        if (peek() != '{') {
            var plain = readUntil(",");
            at++;
            return valueOf.apply(plain);
        }
        at++;
        var list = Json.array();
        while (true) {
            var item = readUntil(",}");
            char end = peek();
            if (end == 0) {
                throw new ParseException("\"%s\": list must terminate with '}'".formatted(text));
            }
            at++;
            if (!(item.isEmpty() && end == '}' && list.isEmpty())) {
                list.add(valueOf.apply(item));
            }
            if (end == '}') {
                at++;
                return list;
            }
        }
    }

    private String readUntil(String ends) {
        var part = new StringBuilder();
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            part.append(text.charAt(at));
            at++;
        }
        return part.toString();
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private static void assign(ObjectNode values, List<Step> path, JsonNode value) {
        JsonNode here = values;
        for (int i = 0; i < path.size(); i++) {
            boolean last = i == path.size() - 1;
            boolean listNext = !last && path.get(i + 1) instanceof Step.Item;
            here = switch (path.get(i)) {
                case Step.Member member -> member((ObjectNode) here, member.name(), last, listNext, value);
                case Step.Item item -> item((ArrayNode) here, item.index(), last, listNext, value);
            };
        }
    }

    private static JsonNode member(ObjectNode map, String name, boolean last, boolean listNext, JsonNode value) {
        if (last) {
            map.set(name, value);
        } else if (!fits(map.path(name), listNext)) {
            map.set(name, empty(listNext));
        }
        return map.path(name);
    }

    private static JsonNode item(ArrayNode list, int index, boolean last, boolean listNext, JsonNode value) {
        while (list.size() <= index) {
            list.addNull();
        }
        if (last) {
            list.set(index, value);
        } else if (!fits(list.path(index), listNext)) {
            list.set(index, empty(listNext));
        }
        return list.path(index);
    }

    private static boolean fits(JsonNode node, boolean list) {
        return list ? node.isArray() : node.isObject();
    }

    private static JsonNode empty(boolean list) {
        return list ? Json.array() : Json.object();
    }
}
