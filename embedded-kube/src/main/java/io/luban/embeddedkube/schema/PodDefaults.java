package io.luban.embeddedkube.schema;

import static io.luban.embeddedkube.schema.Fill.each;
import static io.luban.embeddedkube.schema.Fill.flag;
import static io.luban.embeddedkube.schema.Fill.number;
import static io.luban.embeddedkube.schema.Fill.object;
import static io.luban.embeddedkube.schema.Fill.present;
import static io.luban.embeddedkube.schema.Fill.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Defaults of pods and of the pod templates inside workloads. */
final class PodDefaults {
    private static final List<String> CONTAINER_LISTS = List.of("containers", "initContainers", "ephemeralContainers");
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");

    private PodDefaults() {}

    static void pod(ObjectNode pod) {
        var spec = object(pod, "spec");
        flag(spec, "enableServiceLinks", true);
        for (var list : CONTAINER_LISTS) {
            each(spec.path(list), PodDefaults::copyLimits);
        }
        podSpec(spec);
        var status = object(pod, "status");
        text(status, "phase", "Pending");
        text(status, "qosClass", QualityOfService.of(spec));
    }

    /** A template with metadata and spec. */
    static void template(ObjectNode owner, String member) {
        podSpec(object(object(owner, member), "spec"));
    }

    private static void podSpec(ObjectNode spec) {
        text(spec, "restartPolicy", "Always");
        text(spec, "dnsPolicy", "ClusterFirst");
        number(spec, "terminationGracePeriodSeconds", 30);
        object(spec, "securityContext");
        text(spec, "schedulerName", "default-scheduler");
        serviceAccount(spec);
        for (var list : CONTAINER_LISTS) {
            each(spec.path(list), PodDefaults::container);
        }
        if (spec.path("hostNetwork").asBoolean()) {
            each(spec.path("containers"), PodDefaults::hostPorts);
            each(spec.path("initContainers"), PodDefaults::hostPorts);
        }
        each(spec.path("volumes"), PodDefaults::volume);
    }

    /** The old name of the member and the new one always say the same. */
    private static void serviceAccount(ObjectNode spec) {
        var name = spec.path("serviceAccountName")
                .asText(spec.path("serviceAccount").asText());
        if (!name.isEmpty()) {
            spec.put("serviceAccountName", name);
            spec.put("serviceAccount", name);
        }
    }

    private static void container(ObjectNode container) {
        text(container, "terminationMessagePath", "/dev/termination-log");
        text(container, "terminationMessagePolicy", "File");
        text(container, "imagePullPolicy", pullPolicy(container.path("image").asText()));
        each(container.path("ports"), port -> text(port, "protocol", "TCP"));
        each(container.path("env"), variable -> fieldReference(variable.path("valueFrom")));
        PROBES.forEach(name -> present(container.path(name), PodDefaults::probe));
        var lifecycle = container.path("lifecycle");
        httpGet(lifecycle.path("postStart"));
        httpGet(lifecycle.path("preStop"));
    }

    private static String pullPolicy(String image) {
        int digest = image.indexOf('@');
        var name = digest < 0 ? image : image.substring(0, digest);
        int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        var tag = colon < 0 ? "" : name.substring(colon + 1);
        boolean isLatest = tag.equals("latest") || (tag.isEmpty() && digest < 0);
        return isLatest ? "Always" : "IfNotPresent";
    }

    private static void copyLimits(ObjectNode container) {
        var limits = container.path("resources").path("limits");
        if (!limits.isEmpty()) {
            var requests = object(object(container, "resources"), "requests");
            limits.properties().forEach(limit -> {
                if (!requests.has(limit.getKey())) {
                    requests.set(limit.getKey(), limit.getValue());
                }
            });
        }
    }

    private static void hostPorts(ObjectNode container) {
        each(container.path("ports"), port -> {
            if (!port.has("hostPort") && port.has("containerPort")) {
                port.set("hostPort", port.get("containerPort"));
            }
        });
    }

    private static void probe(ObjectNode probe) {
        number(probe, "timeoutSeconds", 1);
        number(probe, "periodSeconds", 10);
        number(probe, "successThreshold", 1);
        number(probe, "failureThreshold", 3);
        httpGet(probe);
        present(probe.path("grpc"), call -> text(call, "service", ""));
    }

    private static void httpGet(JsonNode handler) {
        present(handler.path("httpGet"), request -> {
            text(request, "path", "/");
            text(request, "scheme", "HTTP");
        });
    }

    private static void fieldReference(JsonNode source) {
        present(source.path("fieldRef"), reference -> text(reference, "apiVersion", "v1"));
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
        for (var source : List.of("secret", "configMap", "downwardAPI", "projected")) {
            present(volume.path(source), files -> number(files, "defaultMode", 420));
        }
        each(volume.path("downwardAPI").path("items"), PodDefaults::fieldReference);
        each(volume.path("projected").path("sources"), source -> {
            present(source.path("serviceAccountToken"), token -> number(token, "expirationSeconds", 3600));
            each(source.path("downwardAPI").path("items"), PodDefaults::fieldReference);
        });
        present(volume.path("hostPath"), path -> text(path, "type", ""));
        present(
                volume.path("ephemeral").path("volumeClaimTemplate").path("spec"),
                claim -> text(claim, "volumeMode", "Filesystem"));
    }
}
