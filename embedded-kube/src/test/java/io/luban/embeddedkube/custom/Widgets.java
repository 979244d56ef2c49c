package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;

/** The definition and the requests that were observed at the reference. */
final class Widgets {
    private static final JsonNode DATA = read();

    private Widgets() {}

    static ObjectNode definition() {
        return DATA.get("definition").deepCopy();
    }

    static Stream<JsonNode> cases() {
        return DATA.get("cases").valueStream();
    }

    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(Widgets.class.getResourceAsStream("widgets.json"))) {
            return Json.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
