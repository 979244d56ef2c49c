package io.luban.embeddedkube.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line of the log.
 *
 * @param stage {@code ResponseStarted} or {@code ResponseComplete}
 * @param object what it was about; empty outside of resources
 * @param answer status code and JSON body of the answer; the body may be empty
 */
public record AuditEvent(
        String id,
        AuditLevel level,
        String stage,
        Call call,
        Optional<ObjectReference> object,
        AuditNotes notes,
        Answer answer,
        Instant received,
        Instant reached) {
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** How the request came in. */
    public record Call(String uri, String verb, List<String> sources, String agent) {}

    /** The resource of a request; absent values are {@code ""}. */
    public record ObjectReference(
            String group, String version, String resource, String subresource, String namespace, String name) {}

    /** The outcome. */
    public record Answer(int code, byte[] json) {}

    /** Roughly what the event holds in memory. */
    long weight() {
        return 1_024L + (keepsRequest() ? notes.body().map(body -> body.length).orElse(0) : 0) + answer.json.length;
    }

    /** The event as audit.k8s.io/v1 writes it. */
    ObjectNode toJson() {
        var json = Json.object().put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
        json.put("level", level.toString()).put("auditID", id).put("stage", stage);
        json.put("requestURI", call.uri).put("verb", call.verb);
        json.set("user", user(notes.user().orElse(new User("", "", List.of(), java.util.Map.of()))));
        notes.impersonated().ifPresent(other -> json.set("impersonatedUser", user(other)));
        var sources = json.putArray("sourceIPs");
        call.sources.forEach(sources::add);
        putText(json, "userAgent", call.agent);
        object.ifPresent(reference -> json.set("objectRef", reference(reference)));
        json.set("responseStatus", status());
        addBodies(json);
        json.put("requestReceivedTimestamp", MICROS.format(received)).put("stageTimestamp", MICROS.format(reached));
        var annotations = notes.annotations();
        if (!annotations.isEmpty()) {
            var target = json.putObject("annotations");
            annotations.forEach(target::put);
        }
        return json;
    }

    private boolean keepsRequest() {
        return level.covers(AuditLevel.REQUEST);
    }

    private void addBodies(ObjectNode json) {
        if (keepsRequest()) {
            notes.body()
                    .flatMap(body -> parsed(body, notes.bodyType()))
                    .ifPresent(body -> json.set("requestObject", body));
        }
        if (level.covers(AuditLevel.REQUEST_RESPONSE) && answer.json.length > 0) {
            parsed(answer.json, "application/json").ifPresent(body -> json.set("responseObject", body));
        }
    }

    /** Outcome in short; the words of a refusal are kept at every level. */
    private ObjectNode status() {
        var result = Json.object();
        result.putObject("metadata");
        if (answer.code >= 400) {
            parsed(answer.json, "application/json").ifPresent(body -> {
                for (var name : List.of("status", "message", "reason")) {
                    putText(result, name, body.path(name).asText(""));
                }
            });
        }
        return result.put("code", answer.code);
    }

    private static Optional<JsonNode> parsed(byte[] bytes, String mediaType) {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    mediaType.contains("yaml")
                            ? Yaml.parse(new String(bytes, StandardCharsets.UTF_8))
                            : Json.parse(bytes));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private static ObjectNode user(User user) {
        var json = Json.object().put("username", user.name());
        putText(json, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            var groups = json.putArray("groups");
            user.groups().forEach(groups::add);
        }
        if (!user.extra().isEmpty()) {
            var extra = json.putObject("extra");
            user.extra().forEach((key, values) -> {
                var list = extra.putArray(key);
                values.forEach(list::add);
            });
        }
        return json;
    }

    private static ObjectNode reference(ObjectReference reference) {
        var json = Json.object().put("resource", reference.resource);
        putText(json, "namespace", reference.namespace);
        putText(json, "name", reference.name);
        putText(json, "apiGroup", reference.group);
        putText(json, "apiVersion", reference.version);
        putText(json, "subresource", reference.subresource);
        return json;
    }

    private static void putText(ObjectNode json, String name, String value) {
        if (!value.isEmpty()) {
            json.put(name, value);
        }
    }
}
