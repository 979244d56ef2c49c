package io.luban.controller.extension;

import io.luban.extensionformat.ExternalDependency;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import java.time.Clock;

/** Tells by events what happens to a plan. An event that cannot be written is not worth stopping for. */
final class PlanEvents {
    private final KubeRest kube;
    private final ObjectEvents objects;

    PlanEvents(KubeRest kube, Ids ids, Clock clock) {
        this.kube = kube;
        this.objects = new ObjectEvents(kube, ids, clock);
    }

    /** A release has come to another state. */
    void moved(Release release, InstallationStatus status) {
        var state = status.state();
        var conditions = status.json().path("conditions");
        boolean failed = state.text().endsWith("Failed");
        var detail = failed ? ": " + conditions.path(0).path("message").asText("") : "";
        var version = status.version().isEmpty() ? release.plan().version() : status.version();
        tell(
                release.plan(),
                failed,
                state.text().isEmpty() ? "Reset" : state.text(),
                "release %s, version %s%s".formatted(release.key(), version, detail));
    }

    /** The cluster of an agent is out of reach and what is left there is given up. */
    void abandoned(Release release) {
        tell(
                release.plan(),
                true,
                "AgentAbandoned",
                "cluster %s cannot be reached, release %s is left there".formatted(release.cluster(), release.name()));
    }

    /** Others that are installed cannot do without the extension that goes. */
    void warnOfDependents(Release release) {
        var versions = new ExtensionVersions(kube);
        for (var object : Lists.items(kube, Paths.PLANS)) {
            var other = new InstallPlan(object);
            if (other.status().version().isEmpty()
                    || other.name().equals(release.plan().name())) {
                continue;
            }
            var version = versions.find(other.extension(), other.status().version());
            if (version.isPresent() && requires(version.get(), release.extension())) {
                tell(
                        release.plan(),
                        true,
                        "RequiredByOthers",
                        "extension %s requires the one that is being uninstalled".formatted(other.extension()));
            }
        }
    }

    private static boolean requires(com.fasterxml.jackson.databind.JsonNode version, String extension) {
        for (var entry : version.at("/spec/externalDependencies")) {
            var dependency = ExternalDependency.from(entry);
            if (dependency.required() && dependency.name().equals(extension)) {
                return true;
            }
        }
        return false;
    }

    /** One event on the plan. */
    void tell(InstallPlan plan, boolean warning, String reason, String message) {
        objects.tell(plan.object(), "InstallPlan", "installplan", new ObjectEvents.Happening(warning, reason, message));
    }
}
