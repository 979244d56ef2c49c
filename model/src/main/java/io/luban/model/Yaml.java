package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
        return single(new YamlReader(text).documents());
    }

    /** {@link #parse} of a text that may not be trusted: what is beyond the limits is refused as well. */
    public static JsonNode parse(String text, YamlLimits limits) {
        return single(new YamlReader(text, limits).documents());
    }

    /**
     * {@link #parse} with members that stand twice accepted: the last one wins and each is reported as {@code line 4: key
     * "a" already set in map}.
     */
    public static JsonNode parseReportingDuplicates(String text, Consumer<String> duplicate) {
        return single(new YamlReader(text, Optional.of(duplicate)).documents());
    }

    private static JsonNode single(List<JsonNode> documents) {
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
