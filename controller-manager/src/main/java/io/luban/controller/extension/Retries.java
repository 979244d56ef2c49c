package io.luban.controller.extension;

import io.luban.controller.loop.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What the retry annotation asks for. It is about everything of the plan that has failed by now, and is used up at once:
 * it never waits for a failure to come.
 */
final class Retries {
    private final PlanWriter writer;
    private final ExtensionVersions versions;
    private final Clock clock;

    Retries(PlanParts parts, PlanWriter writer) {
        this.writer = writer;
        this.versions = new ExtensionVersions(parts.kube());
        this.clock = parts.clock();
    }

    /** Sends every release that has failed back to where it began, and removes the annotation. */
    Outcome take(InstallPlan plan) {
        var moved = new LinkedHashMap<Release, InstallationStatus>();
        for (var release : releases(plan)) {
            next(release)
                    .ifPresent(state -> moved.put(
                            release, release.status().with("jobName", "").moved(state, clock.instant())));
        }
        writer.writeAll(plan, moved, Labels.RETRY);
        return Outcome.again(Duration.ZERO);
    }

    private static List<Release> releases(InstallPlan plan) {
        var releases = new ArrayList<Release>();
        releases.add(Release.host(plan));
        plan.agentClusters().forEach(cluster -> releases.add(new Release(plan, cluster)));
        return releases;
    }

    private Optional<PlanState> next(Release release) {
        var state = release.status().state();
        if (state instanceof PlanState.UninstallFailed) {
            return Optional.of(state.uninstall());
        }
        if (release.plan().isBeingDeleted() || !(state instanceof PlanState.Resting resting)) {
            return Optional.empty();
        }
        return isDue(release, resting) && isInCatalog(release.plan())
                ? Optional.of(resting.prepare())
                : Optional.empty();
    }

    private static boolean isDue(Release release, PlanState.Resting state) {
        var status = release.status();
        boolean failed = state instanceof PlanState.InstallFailed || state instanceof PlanState.UpgradeFailed;
        boolean isBehind = status.holds("NewContentAvailable") || status.holds("ReleaseChanged");
        return failed || (state instanceof PlanState.Installed && isBehind);
    }

    private boolean isInCatalog(InstallPlan plan) {
        return versions.find(plan.extension(), plan.version()).isPresent();
    }
}
