package io.luban.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.function.Consumer;

/** Builds a JSON tree and tells the path of every member that stands twice in its object; the last one counts. */
final class DuplicateTrackingReader {
    private final ObjectReader scalars;
    private final JsonParser parser;
    private final Consumer<String> duplicate;
    private final StringBuilder path = new StringBuilder();

    DuplicateTrackingReader(ObjectReader scalars, JsonParser parser, Consumer<String> duplicate) {
        this.scalars = scalars;
        this.parser = parser;
        this.duplicate = duplicate;
    }

    JsonNode read() throws IOException {
        if (parser.nextToken() == null) {
            throw new ParseException("json: unexpected end of JSON input");
        }
        var root = value(parser.currentToken());
        if (parser.nextToken() != null) {
            throw new ParseException("json: invalid character after top-level value (line %d, column %d)"
                    .formatted(
                            parser.currentTokenLocation().getLineNr(),
                            parser.currentTokenLocation().getColumnNr()));
        }
        return root;
    }

    private JsonNode value(JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> TextNode.valueOf(parser.getText());
            default -> scalars.readTree(parser);
        };
    }

    private ObjectNode object() throws IOException {
        var object = Json.object();
        int length = path.length();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            path.append(length == 0 ? "" : ".").append(name);
            var previous = object.replace(name, value(parser.nextToken()));
            if (previous != null) {
                duplicate.accept(path.toString());
            }
            path.setLength(length);
        }
        return object;
    }

    private ArrayNode array() throws IOException {
        var array = Json.array();
        int length = path.length();
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            path.append('[').append(array.size()).append(']');
            array.add(value(token));
            path.setLength(length);
        }
        return array;
    }
}
