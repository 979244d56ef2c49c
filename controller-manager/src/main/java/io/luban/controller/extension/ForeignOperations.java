package io.luban.controller.extension;

import io.luban.controller.loop.Outcome;
import io.luban.helm.ReleaseRecord;
import java.time.Duration;
import java.util.Optional;

/**
 * Notices what others have done to the part on the host with Helm itself. What is deployed counts: a release that was
 * repaired is installed, one that was changed is told, one that is gone is installed again.
 */
final class ForeignOperations {
    private static final String CHANGED = "ReleaseChanged";

    private final PlanParts parts;
    private final PlanWriter writer;

    ForeignOperations(PlanParts parts, PlanWriter writer) {
        this.parts = parts;
        this.writer = writer;
    }

    /** Writes down what has happened; empty when nothing has. */
    Optional<Outcome> notice(InstallPlan plan) {
        var host = Release.host(plan);
        var status = host.status();
        boolean rests = status.state() instanceof PlanState.Resting
                && !(status.state() instanceof PlanState.NotInstalled)
                && !status.releaseName().isEmpty();
        if (!rests || parts.executor().isRunning(host.key()) || !isSuspicious(host)) {
            return Optional.empty();
        }
        // What is known from the watch may be behind; what is written down must be true.
        var history = new ReleaseHistory(parts.clusters().host().kube(), status.targetNamespace(), host.name());
        var latest = history.latest();
        if (latest.isEmpty() || latest.get().status().equals("uninstalled")) {
            return status.state() instanceof PlanState.Installed ? Optional.of(gone(host)) : Optional.empty();
        }
        return latest.get().revision() > status.releaseRevision() ? noted(host, latest.get()) : Optional.empty();
    }

    private boolean isSuspicious(Release host) {
        if (!parts.releases().isSynced()) {
            return false;
        }
        var status = host.status();
        boolean installed = status.state() instanceof PlanState.Installed;
        return parts.releases()
                .newest(status.targetNamespace(), host.name())
                .map(seen -> seen.number() > status.releaseRevision()
                        || (installed && seen.status().equals("uninstalled")))
                .orElse(installed);
    }

    private Outcome gone(Release host) {
        var message = "Release %s was uninstalled by somebody else; it is installed again.".formatted(host.name());
        parts.executor().forget(host.key());
        writer.events().tell(host.plan(), true, "ReleaseGone", message);
        var now = parts.clock().instant();
        writer.write(
                host,
                host.status()
                        .with("jobName", "")
                        .with("releaseRevision", 0)
                        .without("Installed")
                        .without("Upgraded")
                        .moved(new PlanState.Uninstalled(), now)
                        .stating(PlanCondition.yes("Uninstalled", "ReleaseGone", message), now));
        return Outcome.again(Duration.ZERO);
    }

    private Optional<Outcome> noted(Release host, ReleaseRecord latest) {
        var status = host.status().with("releaseRevision", latest.revision());
        boolean adopted = !host.status().knowsRevision();
        if (latest.isPending() || latest.status().equals("uninstalling")) {
            // Somebody is at it; what comes of it is told by the next change.
            return Optional.empty();
        }
        if (!adopted) {
            status = latest.isDeployed() ? deployed(host, status, latest) : failed(host, status, latest);
        }
        writer.write(host, status);
        return Optional.of(Outcome.again(Duration.ZERO));
    }

    private InstallationStatus deployed(Release host, InstallationStatus status, ReleaseRecord latest) {
        var now = parts.clock().instant();
        var message =
                "Revision %d (chart version %s) was deployed by somebody else; annotate the plan %s to deploy what it asks for."
                        .formatted(latest.revision(), latest.chartVersion(), Labels.RETRY);
        writer.events().tell(host.plan(), true, CHANGED, message);
        return status.moved(new PlanState.Installed(), now)
                .stating(PlanCondition.yes("Upgraded", "UpgradeSuccessful", latest.description()), now)
                .stating(PlanCondition.yes("Ready", "UpgradeSuccessful", latest.description()), now)
                .stating(PlanCondition.yes(CHANGED, "ForeignRevision", message), now);
    }

    private InstallationStatus failed(Release host, InstallationStatus status, ReleaseRecord latest) {
        var message = "Revision %d of somebody else has failed: %s".formatted(latest.revision(), latest.description());
        writer.events().tell(host.plan(), true, CHANGED, message);
        return status.stating(
                PlanCondition.yes(CHANGED, "ForeignFailure", message),
                parts.clock().instant());
    }
}
