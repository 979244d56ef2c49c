package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Writes a tree in block style, two blanks per level, sequences not indented below their member. */
final class YamlWriter {
    private static final String FORBIDDEN_FIRST = "-?:,[]{}#&*!|>'\"%@`<= \t";

    private final StringBuilder out = new StringBuilder();

    String write(JsonNode node) {
        if (isBlock(node)) {
            block(node, 0);
        } else {
            scalar(node, 0);
            out.append('\n');
        }
        return out.toString();
    }

    private static boolean isBlock(JsonNode node) {
        return node.isContainerNode() && !node.isEmpty();
    }

    private void block(JsonNode node, int indent) {
        switch (node) {
            case ObjectNode object -> mapping(object, indent, false);
            case ArrayNode array -> sequence(array, indent);
            default -> throw new IllegalArgumentException("not a container: " + node.getNodeType());
        }
    }

    private void mapping(ObjectNode object, int indent, boolean continuesLine) {
        boolean onLine = continuesLine;
        for (var entry : object.properties()) {
            if (!onLine) {
                pad(indent);
            }
            onLine = false;
            out.append(isPlainSafe(entry.getKey()) ? entry.getKey() : quoted(entry.getKey()))
                    .append(':');
            member(entry.getValue(), indent);
        }
    }

    private void member(JsonNode value, int indent) {
        if (!isBlock(value)) {
            out.append(' ');
            scalar(value, indent + 2);
            out.append('\n');
            return;
        }
        out.append('\n');
        block(value, value.isArray() ? indent : indent + 2);
    }

    private void sequence(ArrayNode array, int indent) {
        for (var item : array) {
            pad(indent);
            out.append('-');
            if (item instanceof ObjectNode object && !object.isEmpty()) {
                out.append(' ');
                mapping(object, indent + 2, true);
            } else if (isBlock(item)) {
                out.append('\n');
                block(item, indent + 2);
            } else {
                out.append(' ');
                scalar(item, indent + 2);
                out.append('\n');
            }
        }
    }

    private void scalar(JsonNode node, int indent) {
        if (node instanceof TextNode text) {
            string(text.textValue(), indent);
        } else {
            out.append(Json.text(node));
        }
    }

    private void string(String text, int indent) {
        if (isPlainSafe(text)) {
            out.append(text);
        } else if (isLiteralSafe(text)) {
            literal(text, indent);
        } else {
            out.append(quoted(text));
        }
    }

    private void literal(String text, int indent) {
        boolean keeps = text.endsWith("\n\n");
        boolean clips = text.endsWith("\n");
        out.append(keeps ? "|+" : clips ? "|" : "|-");
        var body = clips ? text.substring(0, text.length() - 1) : text;
        for (var line : body.split("\n", -1)) {
            out.append('\n');
            if (!line.isEmpty()) {
                pad(Math.max(indent, 2));
                out.append(line);
            }
        }
    }

    private void pad(int indent) {
        out.repeat(' ', indent);
    }

    private static String quoted(String text) {
        return Json.text(TextNode.valueOf(text))
                .replace("\u0085", "\\u0085")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029")
                .replace("\uFEFF", "\\uFEFF")
                .replace("\u007F", "\\u007F");
    }

    private static boolean isPlainSafe(String text) {
        if (text.isEmpty()
                || YamlScalar.isAmbiguous(text)
                || FORBIDDEN_FIRST.indexOf(text.charAt(0)) >= 0
                || text.endsWith(" ")
                || text.endsWith(":")
                || text.contains(": ")
                || text.contains(" #")
                || text.startsWith("...")) {
            return false;
        }
        return text.chars().allMatch(YamlWriter::isPlainCharacter);
    }

    private static boolean isPlainCharacter(int c) {
        return (c >= ' ' && c < 0x7F) || (c > 0xA0 && !isSpecial(c));
    }

    private static boolean isSpecial(int c) {
        return c == 0x2028
                || c == 0x2029
                || c == 0xFEFF
                || c == 0xFFFE
                || c == 0xFFFF
                || Character.isSurrogate((char) c);
    }

    private static boolean isLiteralSafe(String text) {
        int end = text.length();
        return text.indexOf('\n') > 0
                && text.charAt(0) != ' '
                && text.charAt(0) != '\t'
                && !text.substring(0, end).isBlank()
                && text.chars().allMatch(c -> c == '\n' || c == '\t' || isPlainCharacter(c));
    }
}
