package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/** Keeps the Cluster object of the cluster the platform runs in, so that agents can be scheduled to it. */
final class HostCluster implements Reconciler {
    private static final Duration REFRESH = Duration.ofMinutes(5);

    private final KubeRest kube;
    private final ExtensionSettings settings;
    private final String kubeconfig;
    private final Clock clock;

    /** Backends of extensions find the cluster by the kubeconfig in its object; {@code ""} keeps it to oneself. */
    HostCluster(KubeRest kube, ExtensionSettings settings, String kubeconfig, Clock clock) {
        this.kube = kube;
        this.settings = settings;
        this.kubeconfig = Base64.getEncoder().encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8));
        this.clock = clock;
    }

    @Override
    public Outcome reconcile(String name) {
        if (!name.equals(settings.clusterName())) {
            return Outcome.DONE;
        }
        var present = kube.find(Paths.CLUSTERS + "/" + name);
        if (present.isEmpty()) {
            create(name);
        } else if (!present.get().at("/metadata/deletionTimestamp").isTextual()) {
            refresh(name, present.get());
        }
        return Outcome.again(REFRESH);
    }

    private void create(String name) {
        var cluster = Json.object()
                .put("apiVersion", "cluster.kubesphere.io/v1alpha1")
                .put("kind", "Cluster");
        var metadata = cluster.putObject("metadata").put("name", name);
        metadata.putObject("labels").put(Labels.HOST_CLUSTER, "").put(Labels.MANAGED, "true");
        metadata.putObject("annotations")
                .put("kubesphere.io/description", "The cluster that the platform runs in.")
                .put("kubesphere.io/creator", "admin");
        var connection = cluster.putObject("spec")
                .put("provider", "kubesphere")
                .putObject("connection")
                .put("type", "direct");
        if (!kubeconfig.isEmpty()) {
            connection.put("kubeconfig", kubeconfig);
        }
        cluster.set("status", status());
        try {
            kube.create(Paths.CLUSTERS, cluster);
        } catch (ApiException e) {
            if (e.code() != 409) {
                throw e;
            }
        }
    }

    private void refresh(String name, ObjectNode cluster) {
        var patch = Json.object();
        if (!cluster.at("/status/conditions").isArray()) {
            patch.set("status", status());
        } else {
            var now = status();
            for (var field : List.of("kubernetesVersion", "kubeSphereVersion", "uid")) {
                if (!cluster.path("status").path(field).equals(now.path(field))) {
                    patch.withObject("/status").set(field, now.path(field));
                }
            }
        }
        if (!kubeconfig.isEmpty()
                && !cluster.at("/spec/connection/kubeconfig").asText("").equals(kubeconfig)) {
            patch.withObject("/spec/connection").put("kubeconfig", kubeconfig);
        }
        if (cluster.at(Labels.pointer("labels", Labels.HOST_CLUSTER)).isMissingNode()) {
            patch.withObject("/metadata/labels").put(Labels.HOST_CLUSTER, "");
        }
        if (!patch.isEmpty()) {
            kube.patch(Paths.CLUSTERS + "/" + name, patch);
        }
    }

    private ObjectNode status() {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        var status = Json.object()
                .put("kubernetesVersion", version())
                .put("kubeSphereVersion", settings.platformVersion())
                .put(
                        "uid",
                        kube.find(Paths.namespace("kube-system"))
                                .map(system -> system.at("/metadata/uid").asText(""))
                                .orElse(""));
        status.putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True")
                .put("reason", "Ready")
                .put("message", "The platform runs in this cluster.")
                .put("lastUpdateTime", now)
                .put("lastTransitionTime", now);
        return status;
    }

    private String version() {
        return kube.get("/version").path("gitVersion").asText("");
    }
}
