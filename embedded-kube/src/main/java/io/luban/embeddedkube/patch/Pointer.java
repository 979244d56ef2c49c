package io.luban.embeddedkube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A JSON pointer (RFC 6901), and how a JSON patch reads through it. */
record Pointer(List<String> tokens) {
    private static final int LONGEST_INDEX = 9;

    static Pointer parse(String text) {
        if (text.isEmpty()) {
            return new Pointer(List.of());
        }
        if (text.charAt(0) != '/') {
            throw new PatchFailure("the path \"" + text + "\" does not begin with a slash");
        }
        var tokens = new ArrayList<String>();
        int start = 1;
        for (int slash = text.indexOf('/', 1); slash >= 0; slash = text.indexOf('/', start)) {
            tokens.add(unescaped(text.substring(start, slash)));
            start = slash + 1;
        }
        tokens.add(unescaped(text.substring(start)));
        return new Pointer(tokens);
    }

    private static String unescaped(String token) {
        return token.indexOf('~') < 0 ? token : token.replace("~1", "/").replace("~0", "~");
    }

    boolean isRoot() {
        return tokens.isEmpty();
    }

    Pointer parent() {
        return new Pointer(tokens.subList(0, tokens.size() - 1));
    }

    String last() {
        return tokens.getLast();
    }

    boolean isBelow(Pointer other) {
        return tokens.size() > other.tokens.size()
                && tokens.subList(0, other.tokens.size()).equals(other.tokens);
    }

    /** The value, or a missing node. */
    JsonNode find(JsonNode document) {
        var node = document;
        for (var token : tokens) {
            node = switch (node) {
                case ObjectNode object -> object.path(token);
                case ArrayNode array ->
                    isIndex(token) ? array.path(Integer.parseInt(token)) : MissingNode.getInstance();
                default -> MissingNode.getInstance();
            };
        }
        return node;
    }

    /** The value; a failure when there is none. */
    JsonNode read(JsonNode document) {
        var node = find(document);
        if (node.isMissingNode()) {
            throw new PatchFailure("there is no value at /" + String.join("/", tokens));
        }
        return node;
    }

    /** The last token as the index of an existing item. */
    int position(int size) {
        return position(size, size - 1);
    }

    private int position(int size, int largest) {
        var token = last();
        if (!isIndex(token) || Integer.parseInt(token) > largest) {
            throw new PatchFailure("index \"" + token + "\" is out of range, the array has " + size + " items");
        }
        return Integer.parseInt(token);
    }

    /** The last token as the place for a new item. */
    int insertPosition(int size) {
        return last().equals("-") ? size : position(size, size);
    }

    private static boolean isIndex(String token) {
        return !token.isEmpty()
                && token.length() <= LONGEST_INDEX
                && token.chars().allMatch(c -> c >= '0' && c <= '9')
                && (token.length() == 1 || token.charAt(0) != '0');
    }
}
