package io.luban.apiserver.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes Events about changes and refusals, so that {@code kubectl get events} shows who did what. There are never
 * more than the settings allow in a minute; further ones are left out, the other sinks still have them.
 */
final class ClusterEventSink implements AuditSink {
    private static final Logger log = LoggerFactory.getLogger(ClusterEventSink.class);
    private static final Set<String> CHANGES =
            Set.of("create", "update", "patch", "delete", "deletecollection", "enable", "disable");
    /** Written all the time by machines; an Event about an Event would tell nobody anything. */
    private static final Set<String> LEFT_OUT =
            Set.of("events", "leases", "tokenreviews", "subjectaccessreviews", "selfsubjectaccessreviews");

    private static final Set<Integer> REFUSALS = Set.of(401, 403, 511);
    private static final int FIRST_FAILURE = 400;
    private static final int SUFFIX = 10;

    private final KubeRest kube;
    private final Ids ids;
    private final int perMinute;
    private double tokens;
    private long filled = System.nanoTime();

    ClusterEventSink(AuditSettings.ClusterEvents settings, KubeRest kube, Ids ids) {
        this.kube = kube;
        this.ids = ids;
        perMinute = settings.perMinute();
        tokens = perMinute;
    }

    @Override
    public void deliver(AuditBatch batch) {
        for (var event : batch.events()) {
            if (isWorthTelling(event) && mayWrite()) {
                write(event);
            }
        }
    }

    private static boolean isWorthTelling(AuditEvent event) {
        var info = event.request().info();
        boolean refused = REFUSALS.contains(event.code());
        boolean changed =
                event.code() < FIRST_FAILURE && CHANGES.contains(event.request().verb());
        return info.isResourceRequest() && !LEFT_OUT.contains(info.resource()) && (refused || changed);
    }

    /** A bucket that fills evenly; used by the one thread of this sink. */
    private boolean mayWrite() {
        long now = System.nanoTime();
        tokens = Math.min(perMinute, tokens + (now - filled) * (double) perMinute / TimeUnit.MINUTES.toNanos(1));
        filled = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    private void write(AuditEvent event) {
        var namespace = event.request().info().namespace();
        var place = namespace.isEmpty() ? "default" : namespace;
        try {
            kube.create("/api/v1/namespaces/" + place + "/events", json(event, place));
        } catch (ApiException | UncheckedIOException e) {
            // the namespace may be going away, or the quota be used up: nothing that trying again would change
            log.atDebug().addKeyValue("cause", e.toString()).log("event was not written");
        }
    }

    private ObjectNode json(AuditEvent event, String namespace) {
        var info = event.request().info();
        boolean refused = event.code() >= FIRST_FAILURE;
        var time = event.ended().truncatedTo(ChronoUnit.SECONDS).toString();
        var json = Json.object().put("apiVersion", "v1").put("kind", "Event");
        json.putObject("metadata")
                .put("name", "audit." + ids.suffix(SUFFIX))
                .put("namespace", namespace)
                .putObject("annotations")
                .put("audit.luban.io/id", event.id());
        json.putObject("involvedObject")
                .put(
                        "apiVersion",
                        info.apiGroup().isEmpty() ? info.apiVersion() : info.apiGroup() + "/" + info.apiVersion())
                .put("kind", info.resource())
                .put("name", event.request().name())
                .put("namespace", info.namespace());
        return json.put("type", refused ? "Warning" : "Normal")
                .put("reason", refused ? "RequestDenied" : "RequestAudited")
                .put("message", message(event))
                .put("reportingComponent", "ks-apiserver")
                .put("reportingInstance", event.place().hostName())
                .put("firstTimestamp", time)
                .put("lastTimestamp", time)
                .put("count", 1)
                .set("source", Json.object().put("component", "ks-apiserver"));
    }

    private static String message(AuditEvent event) {
        var info = event.request().info();
        var subresource = info.subresource().isEmpty() ? "" : "/" + info.subresource();
        var name = event.request().name().isEmpty() ? "" : " " + event.request().name();
        return "%s: %s %s%s%s (%d)"
                .formatted(
                        event.user().name(), event.request().verb(), info.resource(), subresource, name, event.code());
    }

    @Override
    public void close() {
        // the client belongs to the gateway
    }

    @Override
    public String toString() {
        return "Kubernetes Events";
    }
}
