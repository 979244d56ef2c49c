package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;

/**
 * The one YAML codec of the project. Values become JSON trees the way Kubernetes' clients written in Go read them: plain
 * {@code yes}, {@code on} and the like are booleans, {@code 0644} is octal, dates stay text, member names stay as
 * written. Duplicate members, cyclic aliases and aliases that blow the document up are refused.
 */
public final class Yaml {
    private Yaml() {}

    /**
     * Reads a single document, null when the text holds none. Throws {@link ParseException} with line and column when
     * the text is not YAML or holds several documents.
     */
    public static JsonNode parse(String text) {
        var documents = new YamlReader(text).documents();
        return switch (documents.size()) {
            case 0 -> NullNode.getInstance();
            case 1 -> documents.getFirst();
            default -> throw new ParseException("yaml: expected one document, found " + documents.size());
        };
    }

    /** Reads every document of a stream; documents without content are left out. */
    public static List<JsonNode> parseAll(String text) {
        return new YamlReader(text).documents();
    }

    /** Block-style text that {@link #parse} reads back as the same tree; ambiguous strings are quoted. */
    public static String write(JsonNode node) {
        return new YamlWriter().write(node);
    }

    /** The documents one after the other, separated by {@code ---}. */
    public static String writeAll(List<? extends JsonNode> documents) {
        var texts = documents.stream().map(Yaml::write).toList();
        return String.join("---\n", texts);
    }
}
