package io.luban.extensionformat.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One chart in the index of a repository.
 *
 * @param json the entry as it stands there
 */
public record IndexEntry(ObjectNode json) {
    /** Name of the chart. */
    public String name() {
        return json.path("name").asText("");
    }

    /** Version of the chart. */
    public String version() {
        return json.path("version").asText("");
    }

    /** SHA-256 of the packaged chart in hex, empty when the index does not tell. */
    public String digest() {
        var digest = json.path("digest").asText("");
        return digest.startsWith("sha256:") ? digest.substring("sha256:".length()) : digest;
    }

    /** When it was put into the index, as text; empty when the index does not tell. */
    public String created() {
        return json.path("created").asText("");
    }

    /** Where the chart is, relative to the index or absolute. */
    public List<String> urls() {
        var urls = new ArrayList<String>();
        json.path("urls").forEach(url -> {
            if (!url.asText("").isBlank()) {
                urls.add(url.asText());
            }
        });
        return urls;
    }

    IndexEntry servedFrom(String base) {
        var moved = json.deepCopy();
        var list = moved.putArray("urls");
        urls().forEach(url -> list.add(base + url.substring(url.lastIndexOf('/') + 1)));
        return new IndexEntry(moved);
    }

    /** The chart's annotations. */
    public Map<String, String> annotations() {
        var annotations = new LinkedHashMap<String, String>();
        json.path("annotations")
                .properties()
                .forEach(entry ->
                        annotations.put(entry.getKey(), entry.getValue().asText()));
        return annotations;
    }
}
