package io.luban.embeddedkube.apply;

import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.ArrayList;

/** How an edge of a trie reads in a path for people: {@code .image}, {@code [name="c"]}, {@code [="a"]}. */
final class EdgeText {
    private EdgeText() {}

    static String of(String edge) {
        var text = edge.substring(Math.min(2, edge.length()));
        return switch (edge.charAt(0)) {
            case 'k' -> "[" + keys(text) + "]";
            case 'v' -> "[=" + text + "]";
            case 'i' -> "[" + text + "]";
            default -> "." + text;
        };
    }

    static String keys(String json) {
        try {
            var parts = new ArrayList<String>();
            Json.parse(json).properties().forEach(key -> parts.add(key.getKey() + "=" + Json.text(key.getValue())));
            return String.join(",", parts);
        } catch (ParseException e) {
            return json;
        }
    }
}
