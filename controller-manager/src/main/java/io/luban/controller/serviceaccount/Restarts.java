package io.luban.controller.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.extension.Lists;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restarts workloads whose pods hold the token of a Secret that their account does not use any more. */
final class Restarts {
    private static final Logger log = LoggerFactory.getLogger(Restarts.class);
    private static final String RESTARTED = "kubesphere.io/restartedAt";
    private static final Map<String, String> WORKLOADS =
            Map.of("Deployment", "deployments", "StatefulSet", "statefulsets", "DaemonSet", "daemonsets");

    private final KubeRest kube;
    private final Clock clock;

    Restarts(KubeRest kube, Clock clock) {
        this.kube = kube;
        this.clock = clock;
    }

    /** Sees to it that all pods of the account get the token of {@code secret}. */
    void follow(Place account, String secret) {
        var newest = new HashMap<String, String>();
        for (var pod : Lists.items(kube, "/api/v1/namespaces/" + account.namespace() + "/pods")) {
            if (isStale(pod, account.name(), secret)) {
                var created = pod.at("/metadata/creationTimestamp").asText("");
                workload(account.namespace(), pod)
                        .ifPresent(path -> newest.merge(path, created, (a, b) -> a.compareTo(b) > 0 ? a : b));
            }
        }
        newest.forEach(this::restart);
    }

    private static boolean isStale(JsonNode pod, String account, String secret) {
        var mounted = mounted(pod);
        return pod.path("metadata")
                        .path("annotations")
                        .path(Accounts.OF_POD)
                        .asText("")
                        .equals(account)
                && !Accounts.isBeingDeleted(pod)
                && !mounted.isEmpty()
                && !mounted.equals(secret);
    }

    private static String mounted(JsonNode pod) {
        for (var volume : pod.at("/spec/volumes")) {
            if (volume.path("name").asText("").equals(Accounts.VOLUME)) {
                for (var source : volume.at("/projected/sources")) {
                    if (source.has("secret")) {
                        return source.at("/secret/name").asText("");
                    }
                }
            }
        }
        return "";
    }

    /** What makes the pods anew when its template changes. */
    private Optional<String> workload(String namespace, JsonNode pod) {
        var base = "/apis/apps/v1/namespaces/" + namespace + "/";
        var owner = controller(pod);
        if (owner.path("kind").asText("").equals("ReplicaSet")) {
            owner = kube.find(base + "replicasets/" + owner.path("name").asText(""))
                    .map(Restarts::controller)
                    .orElse(Json.object());
        }
        var plural = WORKLOADS.get(owner.path("kind").asText(""));
        return plural == null
                ? Optional.empty()
                : Optional.of(base + plural + "/" + owner.path("name").asText(""));
    }

    private static JsonNode controller(JsonNode object) {
        for (var owner : object.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                return owner;
            }
        }
        return Json.object();
    }

    /** Pods that are older than the last restart are on their way out already. */
    private void restart(String path, String newestPod) {
        var found = kube.find(path);
        if (found.isEmpty() || isAfter(restartedAt(found.get()), newestPod)) {
            return;
        }
        ObjectNode patch = Json.object();
        patch.withObject("/spec/template/metadata/annotations")
                .put(RESTARTED, clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        kube.patch(path, patch);
        log.atInfo().addKeyValue("path", path).log("workload is restarted for another token of its account");
    }

    private static String restartedAt(JsonNode workload) {
        return workload.at("/spec/template/metadata/annotations")
                .path(RESTARTED)
                .asText("");
    }

    private static boolean isAfter(String restart, String pod) {
        try {
            return !restart.isEmpty() && Instant.parse(restart).isAfter(Instant.parse(pod));
        } catch (DateTimeException e) {
            return false;
        }
    }
}
