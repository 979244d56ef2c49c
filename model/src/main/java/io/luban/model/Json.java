package io.luban.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The one JSON codec of the project. Integers keep 64 bits, big decimals are not rounded, nesting is bounded to
 * {@value #MAX_DEPTH} levels, and member order is kept.
 */
public final class Json {
    /** Deepest nesting that is read. */
    public static final int MAX_DEPTH = 200;

    private static final ObjectMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(64 * 1024 * 1024)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION.mappedFeature())
            .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();

    private static final ObjectReader SCALARS =
            MAPPER.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** The shared mapper, for binding records; never reconfigure it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** A new empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A new empty array. */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Reads one JSON value; throws {@link ParseException} with line and column when the bytes are not JSON. */
    public static JsonNode parse(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw ParseException.of(e);
        }
    }

    /** Reads one JSON value from text. */
    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw ParseException.of(e);
        }
    }

    /** The same text with a replacement character for every escape of half a character, which UTF-8 cannot hold. */
    public static byte[] withoutHalfCharacters(byte[] bytes) {
        return Surrogates.repaired(bytes);
    }

    /**
     * Reads one JSON value and reports every member that stands twice in its object, as a path such as {@code data.x} or
     * {@code spec.containers[0].name}. The last of them counts.
     */
    public static JsonNode parseReportingDuplicates(byte[] bytes, Consumer<String> duplicate) {
        try (var parser = MAPPER.createParser(bytes)) {
            return new DuplicateTrackingReader(SCALARS, parser, duplicate).read();
        } catch (IOException e) {
            throw ParseException.of(e);
        }
    }

    /** Reads a JSON object; throws {@link ParseException} when the value is anything else. */
    public static ObjectNode parseObject(byte[] bytes) {
        if (parse(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw new ParseException("json: expected an object");
    }

    /** Whether two trees mean the same: member order and the form of numbers (1, 1.0) do not count. */
    public static boolean sameValue(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.equals(b) || a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.getNodeType() != b.getNodeType() || a.size() != b.size()) {
            return false;
        }
        return switch (a) {
            case ObjectNode object -> sameMembers(object, b);
            case ArrayNode array -> sameItems(array, b);
            default -> a.equals(b);
        };
    }

    private static boolean sameMembers(ObjectNode a, JsonNode b) {
        for (var member : a.properties()) {
            var other = b.get(member.getKey());
            if (other == null || !sameValue(member.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameItems(ArrayNode a, JsonNode b) {
        for (int i = 0; i < a.size(); i++) {
            if (!sameValue(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Compact UTF-8 bytes. */
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compact text. */
    public static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Text with a line per member and element, indented by two blanks: as {@code kubectl} and Go programs write it. */
    public static String pretty(JsonNode node) {
        var text = new StringBuilder();
        indent(text, node, 0);
        return text.toString();
    }

    private static void indent(StringBuilder text, JsonNode node, int depth) {
        boolean isObject = node.isObject();
        if (!node.isContainerNode() || node.isEmpty()) {
            text.append(text(node));
            return;
        }
        text.append(isObject ? '{' : '[');
        var separator = "";
        for (var entry : isObject ? node.properties() : elements(node)) {
            text.append(separator).append('\n').repeat("  ", depth + 1);
            if (isObject) {
                text.append(text(TextNode.valueOf(entry.getKey()))).append(": ");
            }
            indent(text, entry.getValue(), depth + 1);
            separator = ",";
        }
        text.append('\n').repeat("  ", depth).append(isObject ? '}' : ']');
    }

    private static List<Map.Entry<String, JsonNode>> elements(JsonNode array) {
        var result = new ArrayList<Map.Entry<String, JsonNode>>(array.size());
        array.forEach(element -> result.add(Map.entry("", element)));
        return result;
    }
}
