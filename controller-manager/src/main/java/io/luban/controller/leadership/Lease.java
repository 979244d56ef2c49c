package io.luban.controller.leadership;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The object that replicas write their agreement into. */
record Lease(ObjectNode json) {
    static final String NAMESPACE = "kubesphere-system";
    static final String NAME = "ks-controller-manager-leader-election";
    static final String COLLECTION = "/apis/coordination.k8s.io/v1/namespaces/" + NAMESPACE + "/leases";
    static final String PATH = COLLECTION + "/" + NAME;
    private static final DateTimeFormatter MICROSECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    static Lease unwritten() {
        var lease = Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata").put("name", NAME).put("namespace", NAMESPACE);
        lease.putObject("spec").put("leaseTransitions", -1);
        return new Lease(lease);
    }

    /** Who holds it, {@code ""} for nobody. */
    String holder() {
        return json.at("/spec/holderIdentity").asText("");
    }

    /** What its holder has promised to renew it within. */
    Duration duration() {
        return Duration.ofSeconds(json.at("/spec/leaseDurationSeconds").asLong(0));
    }

    /** Differs whenever the holder has renewed it. */
    String state() {
        return holder() + " " + json.at("/spec/renewTime").asText("") + " "
                + json.at("/spec/leaseTransitions").asText("");
    }

    /** What the holder says of itself. */
    Map<String, String> annotations() {
        var annotations = new TreeMap<String, String>();
        json.at("/metadata/annotations")
                .properties()
                .forEach(entry ->
                        annotations.put(entry.getKey(), entry.getValue().asText("")));
        return annotations;
    }

    /** The same, held from now on or further on. */
    Lease heldBy(ElectionSettings settings, Instant now) {
        var next = json.deepCopy();
        var spec = next.withObject("/spec");
        if (!holder().equals(settings.identity())) {
            spec.put("acquireTime", MICROSECONDS.format(now))
                    .put("leaseTransitions", spec.path("leaseTransitions").asInt(0) + 1);
        }
        spec.put("holderIdentity", settings.identity())
                .put(
                        "leaseDurationSeconds",
                        Math.max(1, settings.leaseDuration().toSeconds()))
                .put("renewTime", MICROSECONDS.format(now));
        var annotations = next.withObject("/metadata").withObject("/annotations");
        settings.addresses().forEach(annotations::put);
        return new Lease(next);
    }

    /** The same, held by nobody. */
    Lease released(Instant now) {
        var next = json.deepCopy();
        next.withObject("/spec")
                .put("holderIdentity", "")
                .put("leaseDurationSeconds", 1)
                .put("renewTime", MICROSECONDS.format(now));
        return new Lease(next);
    }
}
