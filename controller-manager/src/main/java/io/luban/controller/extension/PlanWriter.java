package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Outcome;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Writes a plan's status, and what the catalog's Extension repeats of it. */
final class PlanWriter {
    /** Reason of an agent's condition Reachable while its cluster does not answer. */
    static final String UNREACHABLE = "ClusterUnreachable";

    private final KubeRest kube;
    private final PlanEvents events;

    PlanWriter(KubeRest kube, PlanEvents events) {
        this.kube = kube;
        this.events = events;
    }

    /** Where what happens to plans is told. */
    PlanEvents events() {
        return events;
    }

    /** Writes a release's status where it differs from what was read, and tells of a new state. */
    InstallPlan write(Release release, InstallationStatus status) {
        var before = release.status();
        var plan = release.plan();
        if (status.json().equals(before.json())) {
            return plan;
        }
        var patch = Json.object();
        if (release.isAgent()) {
            patch.putObject("status").putObject("clusterSchedulingStatuses").set(release.cluster(), status.json());
        } else {
            patch.set("status", status.json());
        }
        var written = new InstallPlan(kube.patch(Paths.plan(plan.name()), patch));
        if (!status.state().text().equals(before.state().text())) {
            events.moved(release, status);
        }
        repeatInExtension(written);
        return written;
    }

    /** Notes that the cluster of an agent does not answer, and has it asked again after a while. */
    Outcome writeUnreachable(Release agent, String cause, Instant now) {
        var message = "cluster %s cannot be worked on: %s".formatted(agent.cluster(), cause);
        var status = agent.status().stating(PlanCondition.no("Reachable", UNREACHABLE, message), now);
        var written = write(agent, status);
        return Outcome.again(written.equals(agent.plan()) ? Reachability.PATIENCE : Duration.ZERO);
    }

    /** Writes the status of several releases of a plan and takes an annotation away, all at once. */
    void writeAll(InstallPlan plan, Map<Release, InstallationStatus> changes, String annotation) {
        var patch = Json.object();
        patch.withObject("/metadata/annotations").putNull(annotation);
        changes.forEach((release, status) -> {
            if (!release.isAgent()) {
                patch.set("status", status.json().deepCopy());
            }
        });
        changes.forEach((release, status) -> {
            if (release.isAgent()) {
                patch.withObject("/status/clusterSchedulingStatuses").set(release.cluster(), status.json());
            }
        });
        var written = new InstallPlan(kube.patch(Paths.plan(plan.name()), patch));
        changes.forEach(events::moved);
        if (!changes.isEmpty()) {
            repeatInExtension(written);
        }
    }

    /** Forgets the agent on a cluster. */
    void removeAgent(Release agent) {
        var patch = Json.object();
        patch.putObject("status").putObject("clusterSchedulingStatuses").putNull(agent.cluster());
        repeatInExtension(new InstallPlan(kube.patch(Paths.plan(agent.plan().name()), patch)));
        writeExtension(agent.extension(), patch.withObject("/status"));
    }

    /** Asks for another version of the extension. */
    void ask(InstallPlan plan, String version) {
        var patch = Json.object();
        patch.putObject("spec").putObject("extension").put("version", version);
        kube.patch(Paths.plan(plan.name()), patch);
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
