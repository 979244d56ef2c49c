package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;

/** Writes a plan's status, and what the catalog's Extension repeats of it. */
final class PlanWriter {
    private final KubeRest kube;

    PlanWriter(KubeRest kube) {
        this.kube = kube;
    }

    /** Writes the status where it differs from what was read. */
    InstallPlan write(InstallPlan plan, InstallationStatus status) {
        if (status.json().equals(plan.status().json())) {
            return plan;
        }
        var patch = Json.object();
        patch.set("status", status.json());
        var written = new InstallPlan(kube.patch(Paths.plan(plan.name()), patch));
        repeatInExtension(written);
        return written;
    }

    void addFinalizer(InstallPlan plan) {
        var patch = finalizers(plan);
        patch.withArray("/metadata/finalizers").add(Labels.PLAN_FINALIZER);
        kube.patch(Paths.plan(plan.name()), patch);
    }

    void removeFinalizer(InstallPlan plan) {
        var patch = finalizers(plan);
        var list = patch.withArray("/metadata/finalizers");
        for (int i = list.size() - 1; i >= 0; i--) {
            if (list.path(i).asText().equals(Labels.PLAN_FINALIZER)) {
                list.remove(i);
            }
        }
        try {
            kube.patch(Paths.plan(plan.name()), patch);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    void removeAnnotation(InstallPlan plan, String key) {
        var patch = Json.object();
        patch.withObject("/metadata/annotations").putNull(key);
        kube.patch(Paths.plan(plan.name()), patch);
    }

    /** The catalog shows the plan's state; an extension that is not in the catalog has nothing to show. */
    void repeatInExtension(InstallPlan plan) {
        var status = plan.status();
        var repeated = Json.object();
        repeated.put("state", status.state().text());
        repeated.put("enabled", status.json().path("enabled").asBoolean(false));
        repeated.put("plannedInstallVersion", plan.version());
        repeated.put("installedVersion", status.version());
        repeated.put("subscribedVersion", status.version());
        repeated.set(
                "conditions",
                status.json().path("conditions").isArray() ? status.json().path("conditions") : Json.array());
        if (status.json().path("clusterSchedulingStatuses").isObject()) {
            repeated.set("clusterSchedulingStatuses", status.json().path("clusterSchedulingStatuses"));
        }
        writeExtension(plan.extension(), repeated);
    }

    /** Nothing of the extension is installed any more. */
    void clearExtension(String extension) {
        var cleared = Json.object();
        cleared.put("state", "");
        cleared.put("enabled", false);
        cleared.put("plannedInstallVersion", "");
        cleared.put("installedVersion", "");
        cleared.put("subscribedVersion", "");
        cleared.set("conditions", Json.array());
        cleared.putNull("clusterSchedulingStatuses");
        writeExtension(extension, cleared);
    }

    private void writeExtension(String extension, ObjectNode status) {
        var patch = Json.object();
        patch.set("status", status);
        try {
            kube.patch(Paths.extension(extension), patch);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    private static ObjectNode finalizers(InstallPlan plan) {
        var patch = Json.object();
        var metadata = patch.putObject("metadata");
        // A list is replaced as a whole, so it has to be the one that was read.
        metadata.put(
                "resourceVersion", plan.object().at("/metadata/resourceVersion").asText());
        var list = metadata.putArray("finalizers");
        plan.object().at("/metadata/finalizers").forEach(list::add);
        return patch;
    }
}
