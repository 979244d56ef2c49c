package io.luban.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * One event. Its JSON has the member names that collectors of the platform's events know.
 *
 * @param place workspace and cluster it happened in, and the host that recorded it
 * @param request what was asked
 * @param requestBody recorded body, empty for none
 * @param answerBody recorded body, empty for none
 * @param annotations remarks about what was left out
 */
record AuditEvent(
        String id,
        AuditLevel level,
        Place place,
        Asked request,
        User user,
        int code,
        byte[] requestBody,
        byte[] answerBody,
        Instant received,
        Instant ended,
        Map<String, String> annotations) {
    private static final int MOST_UNPACKED = 4 * 1024 * 1024;
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Where an event belongs. */
    record Place(String workspace, String cluster, String hostName, String hostAddress) {}

    /** What was asked by whom from where; {@code name} may come from the body. */
    record Asked(RequestInfo info, String verb, String name, String sourceAddress, String userAgent) {}

    ObjectNode json() {
        var event = Json.object()
                .put("Workspace", place.workspace)
                .put("Cluster", place.cluster)
                .put("Message", "")
                .put("HostName", place.hostName)
                .put("HostIP", place.hostAddress)
                .put("Level", level.toString())
                .put("AuditID", id)
                .put("Stage", "ResponseComplete")
                .put("RequestURI", request.info.path())
                .put("Verb", request.verb);
        event.set("User", userJson());
        event.putNull("ImpersonatedUser");
        event.putArray("SourceIPs").add(request.sourceAddress);
        event.put("UserAgent", request.userAgent);
        event.set("ObjectRef", objectReference());
        event.putObject("ResponseStatus").put("code", code).putObject("metadata");
        event.set("RequestObject", recorded(requestBody));
        event.set("ResponseObject", recorded(answerBody));
        event.put("RequestReceivedTimestamp", MICROSECONDS.format(received))
                .put("StageTimestamp", MICROSECONDS.format(ended));
        if (annotations.isEmpty()) {
            event.putNull("Annotations");
        } else {
            annotations.forEach(event.putObject("Annotations")::put);
        }
        return event;
    }

    private ObjectNode userJson() {
        var json = Json.object().put("username", user.name());
        if (!user.uid().isEmpty()) {
            json.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            user.groups().forEach(json.putArray("groups")::add);
        }
        if (!user.extra().isEmpty()) {
            var extra = json.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(extra.withArrayProperty(key)::add));
        }
        return json;
    }

    /** The member {@code ResourceVersion} holds the scope: collectors rely on it. */
    private ObjectNode objectReference() {
        var info = request.info;
        return Json.object()
                .put("Resource", info.resource())
                .put("Namespace", info.namespace())
                .put("Name", request.name)
                .put("UID", "")
                .put("APIGroup", info.apiGroup())
                .put("APIVersion", info.apiVersion())
                .put("ResourceVersion", info.scope())
                .put("Subresource", info.subresource());
    }

    /** A body as JSON; one that is something else, as text. */
    private static JsonNode recorded(byte[] sent) {
        if (sent.length == 0) {
            return Json.mapper().nullNode();
        }
        var body = unpacked(sent);
        try {
            return Json.parse(body);
        } catch (ParseException e) {
            return Json.mapper().getNodeFactory().textNode(new String(body, StandardCharsets.UTF_8));
        }
    }

    /** What a gzip body says: packed bytes are neither JSON nor text. One that unpacks to too much stays as it was sent. */
    private static byte[] unpacked(byte[] body) {
        if (body.length < 2 || body[0] != 0x1f || body[1] != (byte) 0x8b) {
            return body;
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
            var plain = gzip.readNBytes(MOST_UNPACKED + 1);
            return plain.length > MOST_UNPACKED ? body : plain;
        } catch (IOException e) {
            return body;
        }
    }
}
