package io.luban.kubecel;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** One recorded request and, where it was recorded, what the reference answered. */
record GoldenCase(JsonNode node, Optional<JsonNode> wanted) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([\\w.-]+)}");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final List<String> VOLATILE = List.of(
            "uid",
            "resourceVersion",
            "creationTimestamp",
            "deletionTimestamp",
            "time",
            "lastTransitionTime",
            "lastUpdateTime",
            "selfLink",
            "continue",
            "remainingItemCount",
            "buildDate",
            "gitVersion",
            "gitCommit",
            "goVersion",
            "compiler",
            "platform",
            "token",
            "expirationTimestamp");

    String id() {
        return node.path("id").asText();
    }

    /** Whether the answer shows what a controller does after an earlier request. */
    boolean waits() {
        return node.has("sleep");
    }

    HttpRequest.Builder request(TlsServer cluster, Map<String, String> variables) {
        var request = cluster.request(substituted(node.path("path").asText(), variables));
        boolean hasType = false;
        for (var header : node.path("headers").properties()) {
            request.header(header.getKey(), substituted(header.getValue().asText(), variables));
            hasType |= header.getKey().equalsIgnoreCase("Content-Type");
        }
        var body = BodyPublishers.noBody();
        if (node.has("raw")) {
            body = BodyPublishers.ofString(substituted(node.path("raw").asText(), variables));
        } else if (node.has("body")) {
            body = BodyPublishers.ofString(substituted(Json.text(node.path("body")), variables));
            if (!hasType) {
                request.header("Content-Type", "application/json");
            }
        }
        return request.method(node.path("method").asText(), body);
    }

    /** Values of the answer that later cases refer to. */
    Map<String, String> captured(HttpResponse<String> response) {
        var captured = new HashMap<String, String>();
        var body = parsed(response);
        node.path("capture")
                .properties()
                .forEach(entry -> captured.put(
                        entry.getKey(), dig(body, entry.getValue().asText()).asText()));
        return captured;
    }

    /** The answer in the form that is compared. */
    JsonNode view(HttpResponse<String> response) {
        var view = Json.object().put("status", response.statusCode());
        var type = response.headers().firstValue("Content-Type").orElse("");
        view.put("content-type", type.replace(" ", "").toLowerCase(Locale.ROOT));
        var warnings = response.headers().allValues("Warning");
        if (!warnings.isEmpty()) {
            view.put("warning", String.join(", ", warnings));
        }
        var body = parsed(response);
        if (!node.has("compare")) {
            return view.set("body", normal(body));
        }
        var parts = view.putObject("body");
        node.path("compare").forEach(path -> parts.set(path.asText(), normal(dig(body, path.asText()))));
        return view;
    }

    private JsonNode parsed(HttpResponse<String> response) {
        if (!node.has("watch_s")) {
            return parsed(response.body());
        }
        var events = Json.array();
        response.body().lines().filter(line -> !line.isBlank()).forEach(line -> events.add(parsed(line)));
        return events;
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text).isMissingNode() ? Json.object().textNode(text) : Json.parse(text);
        } catch (io.luban.model.ParseException e) {
            return Json.object().textNode(text);
        }
    }

    private static String substituted(String text, Map<String, String> variables) {
        return VARIABLE.matcher(text)
                .replaceAll(match ->
                        java.util.regex.Matcher.quoteReplacement(variables.getOrDefault(match.group(1), "MISSING")));
    }

    private static JsonNode dig(JsonNode body, String path) {
        if (path.isEmpty()) {
            return body;
        }
        int list = path.indexOf("[]");
        if (list >= 0) {
            return sorted(dig(body, path.substring(0, list)), path.substring(list + 2));
        }
        var current = body;
        for (var part : path.split("(?<!\\\\)\\.", -1)) {
            current = member(current, part.replace("\\.", "."));
        }
        return current;
    }

    private static JsonNode sorted(JsonNode items, String tail) {
        if (!items.isArray()) {
            return Json.object().nullNode();
        }
        var texts = new ArrayList<String>();
        items.forEach(item -> texts.add(Json.text(dig(item, tail))));
        texts.sort(null);
        var result = Json.array();
        texts.forEach(text -> result.add(Json.parse(text)));
        return result;
    }

    private static JsonNode member(JsonNode node, String name) {
        if (name.equals("#")) {
            return node.isContainerNode()
                    ? Json.object().numberNode(node.size())
                    : Json.object().nullNode();
        }
        var value = node.isArray() && name.matches("-?\\d+") ? node.get(index(node, name)) : node.get(name);
        return value == null ? Json.object().nullNode() : value;
    }

    private static int index(JsonNode node, String name) {
        int index = Integer.parseInt(name);
        return index < 0 ? node.size() + index : index;
    }

    private static JsonNode normal(JsonNode node) {
        if (node.isObject()) {
            var result = Json.object();
            for (var member : node.properties()) {
                if (VOLATILE.contains(member.getKey())) {
                    result.put(member.getKey(), "*");
                } else if (!member.getKey().equals("managedFields")) {
                    result.set(member.getKey(), normal(member.getValue()));
                }
            }
            return result;
        }
        if (node.isArray()) {
            var result = Json.array();
            node.forEach(item -> result.add(normal(item)));
            return result;
        }
        if (node.isTextual()) {
            var text = UUID.matcher(node.asText()).replaceAll("UUID");
            return Json.object().textNode(TIME.matcher(text).replaceAll("TIME"));
        }
        return node;
    }
}
