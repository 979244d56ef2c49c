package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes objects for a client. */
final class Answers {
    private static final List<String> PEOPLE = List.of("curl", "Wget", "Mozilla");
    private static final Headers JSON = Headers.of("Content-Type", "application/json");
    private static final Headers YAML = Headers.of("Content-Type", "application/yaml");
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=utf-8");

    private Answers() {}

    /** An encoded object as JSON or YAML. */
    static Reply encoded(Request request, MediaChoice choice, int status, byte[] json) {
        if (choice == MediaChoice.YAML) {
            var text = Yaml.write(Json.parse(json));
            return new Reply.Content(status, YAML, text.getBytes(StandardCharsets.UTF_8));
        }
        return new Reply.Content(status, JSON, isPretty(request) ? indented(Json.parse(json)) : json);
    }

    /** An object as JSON or YAML. */
    static Reply object(Request request, MediaChoice choice, int status, JsonNode object) {
        return encoded(request, choice, status, Json.bytes(object));
    }

    /** JSON content in the form that the client reads best; errors and plain JSON stay as they are. */
    static Reply recoded(Request request, MediaChoice choice, Reply.Content content) {
        return choice == MediaChoice.YAML || isPretty(request)
                ? encoded(request, choice, content.status(), content.body())
                : content;
    }

    /** The answer to paths that nothing serves. */
    static Reply pageNotFound() {
        return new Reply.Content(404, TEXT, "404 page not found\n".getBytes(StandardCharsets.UTF_8));
    }

    /** The Status of a deletion that left nothing behind. */
    static ObjectNode deleted(ResourceCall call, ObjectNode last) {
        var status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        var details = status.putObject("details").put("name", call.path().name());
        if (!call.type().kind().group().isEmpty()) {
            details.put("group", call.type().kind().group());
        }
        details.put("kind", call.type().names().plural());
        details.put("uid", last.path("metadata").path("uid").asText());
        return status;
    }

    /** Whether a person reads the answer. */
    static boolean isPretty(Request request) {
        var wanted = request.query("pretty");
        if (wanted.isPresent()) {
            return wanted.get().equals("true") || wanted.get().equals("1");
        }
        return request.header("User-Agent")
                .filter(agent -> PEOPLE.stream().anyMatch(agent::startsWith))
                .isPresent();
    }

    private static byte[] indented(JsonNode node) {
        return (Json.pretty(node) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
