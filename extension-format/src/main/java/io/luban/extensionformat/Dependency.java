package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A chart below {@code charts/}.
 *
 * @param name name of the chart
 * @param alias name under which its values are given, empty for the chart's own
 * @param condition comma-separated paths in the values that switch it, empty for none
 * @param tags switches in {@code tags}
 */
public record Dependency(String name, String alias, String condition, List<String> tags) {
    /** Defensive copy. */
    public Dependency {
        tags = List.copyOf(tags);
    }

    /** Reads an entry of {@code dependencies} in extension.yaml or Chart.yaml. */
    public static Dependency from(JsonNode entry) {
        var tags = new ArrayList<String>();
        entry.path("tags").forEach(tag -> tags.add(tag.asText()));
        return new Dependency(
                entry.path("name").asText(""),
                entry.path("alias").asText(""),
                entry.path("condition").asText(""),
                tags);
    }

    /** The single paths of {@link #condition}. */
    public List<String> conditions() {
        return List.of(condition.split(",", -1)).stream()
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .toList();
    }
}
