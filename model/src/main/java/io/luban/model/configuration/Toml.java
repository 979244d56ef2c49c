package io.luban.model.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the part of TOML 1.0 that settings are written in: tables, dotted keys, one-line strings, arrays and inline tables.
 * Values that are not quoted stay texts, because every setting reads its own value. Throws {@link ParseException} with the line.
 */
final class Toml {
    private final String text;
    private int at;

    private Toml(String text) {
        this.text = text.replace("\r\n", "\n");
    }

    static ObjectNode parse(String text) {
        return new Toml(text).document();
    }

    private ObjectNode document() {
        var root = Json.object();
        var table = root;
        for (skipSpace(); at < text.length(); skipSpace()) {
            if (text.startsWith("[[", at)) {
                throw problem("arrays of tables are not used in settings");
            }
            if (taken('[')) {
                table = within(root, name());
                expect(']');
            } else {
                pair(table);
            }
            endOfLine();
        }
        return root;
    }

    private void pair(ObjectNode table) {
        var name = name();
        expect('=');
        var place = within(table, name.subList(0, name.size() - 1));
        if (place.has(name.getLast())) {
            throw problem("the key " + String.join(".", name) + " stands twice");
        }
        place.set(name.getLast(), value());
    }

    private ObjectNode within(ObjectNode table, List<String> path) {
        var place = table;
        for (var part : path) {
            if (place.has(part) && !place.path(part).isObject()) {
                throw problem("the key " + part + " is no table");
            }
            place = place.withObjectProperty(part);
        }
        return place;
    }

    private List<String> name() {
        var parts = new ArrayList<String>();
        do {
            blanks();
            int begin = at;
            if (at < text.length() && isQuote(text.charAt(at))) {
                parts.add(quoted());
            } else {
                while (at < text.length()
                        && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
                    at++;
                }
                if (at == begin) {
                    throw problem("a key is expected");
                }
                parts.add(text.substring(begin, at));
            }
            blanks();
        } while (taken('.'));
        return parts;
    }

    private JsonNode value() {
        blanks();
        if (at >= text.length()) {
            throw problem("a value is expected");
        }
        char first = text.charAt(at);
        if (isQuote(first)) {
            return TextNode.valueOf(quoted());
        }
        if (taken('[')) {
            return array();
        }
        if (taken('{')) {
            return inlineTable();
        }
        int begin = at;
        while (at < text.length() && ",]}#\n \t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == begin) {
            throw problem("a value is expected");
        }
        return TextNode.valueOf(text.substring(begin, at).replaceAll("(?<=\\d)_(?=\\d)", ""));
    }

    private ArrayNode array() {
        var array = Json.mapper().createArrayNode();
        for (skipSpace(); !taken(']'); skipSpace()) {
            array.add(value());
            skipSpace();
            if (!taken(',') && (at >= text.length() || text.charAt(at) != ']')) {
                throw problem("a comma or ] is expected");
            }
        }
        return array;
    }

    private ObjectNode inlineTable() {
        var table = Json.object();
        blanks();
        if (taken('}')) {
            return table;
        }
        do {
            pair(table);
            blanks();
        } while (taken(','));
        expect('}');
        return table;
    }

    private String quoted() {
        char quote = text.charAt(at++);
        var result = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '\n') {
            char c = text.charAt(at++);
            if (c == quote) {
                return result.toString();
            }
            result.append(c == '\\' && quote == '"' ? escaped() : c);
        }
        throw problem("the text does not end in its line");
    }

    private char escaped() {
        int kind = at < text.length() ? "\"\\nt".indexOf(text.charAt(at++)) : -1;
        if (kind < 0) {
            throw problem("an unknown escape in a text");
        }
        return "\"\\\n\t".charAt(kind);
    }

    private void endOfLine() {
        blanks();
        if (at < text.length() && text.charAt(at) == '#') {
            skipComment();
        }
        if (at < text.length() && text.charAt(at) != '\n') {
            throw problem("the end of the line is expected");
        }
    }

    private void skipSpace() {
        while (at < text.length()) {
            if (text.charAt(at) == '#') {
                skipComment();
            } else if (" \t\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private void blanks() {
        while (at < text.length() && " \t".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean taken(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        blanks();
        if (!taken(c)) {
            throw problem(c + " is expected");
        }
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private ParseException problem(String what) {
        long line = text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        return new ParseException("line " + line + ": " + what);
    }
}
