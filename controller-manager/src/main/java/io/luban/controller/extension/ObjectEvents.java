package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events about objects of the catalog. One that cannot be written is not worth stopping for. */
public record ObjectEvents(KubeRest kube, Ids ids, Clock clock) {
    private static final Logger log = LoggerFactory.getLogger(ObjectEvents.class);
    private static final int SUFFIX = 12;
    private static final int MAX_MESSAGE = 1024;

    /** What happened. */
    public record Happening(boolean isWarning, String reason, String message) {}

    /** One event on an object, in its namespace if it has one; {@code component} is who tells it. */
    public void tell(JsonNode object, String kind, String component, Happening happening) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        var name = object.at("/metadata/name").asText("");
        var own = object.at("/metadata/namespace").asText("");
        var namespace = own.isEmpty() ? "default" : own;
        var message = happening.message();
        var event = Json.object().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", name + "." + ids.suffix(SUFFIX)).put("namespace", namespace);
        var involved = event.putObject("involvedObject")
                .put("apiVersion", "kubesphere.io/v1alpha1")
                .put("kind", kind)
                .put("name", name)
                .put("uid", object.at("/metadata/uid").asText(""));
        if (!own.isEmpty()) {
            involved.put("namespace", own);
        }
        event.put("type", happening.isWarning() ? "Warning" : "Normal")
                .put("reason", happening.reason())
                .put("message", message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE))
                .put("firstTimestamp", now)
                .put("lastTimestamp", now)
                .put("count", 1);
        event.putObject("source").put("component", component);
        try {
            kube.create("/api/v1/namespaces/%s/events".formatted(namespace), event);
        } catch (ApiException e) {
            log.atDebug()
                    .addKeyValue("kind", kind)
                    .addKeyValue("name", name)
                    .addKeyValue("cause", e.getMessage())
                    .log("event lost");
        }
    }
}
