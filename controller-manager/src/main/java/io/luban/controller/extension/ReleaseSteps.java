package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.loop.Outcome;
import io.luban.helm.OperationResult;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps by which one release comes to what its plan asks for. The part on the host and every agent go the same way.
 * Each step ends in a state that is written down; none is decided by a clock.
 */
final class ReleaseSteps {
    private static final Logger log = LoggerFactory.getLogger(ReleaseSteps.class);
    private static final Duration CHART_PATIENCE = Duration.ofSeconds(30);
    private static final Duration PROGRESS = Duration.ofSeconds(2);
    private static final Duration CHART_RETRY = Duration.ofMillis(500);

    private final PlanParts parts;
    private final PlanWriter writer;
    private final Deployment deployment;
    private final ExtensionVersions versions;

    ReleaseSteps(PlanParts parts, PlanWriter writer) {
        this.parts = parts;
        this.writer = writer;
        this.deployment = new Deployment(parts, writer);
        this.versions = new ExtensionVersions(parts.kube());
    }

    /** The next step of a release on its cluster, except for the removal. */
    Outcome next(Release release, Site site) throws InterruptedException {
        return switch (release.status().state()) {
            case PlanState.Preparing preparing -> prepare(release, site, preparing);
            case PlanState.Deploying deploying -> finish(release, site, deploying);
            case PlanState.Installed installed ->
                release.differsFromInstalled() ? beginWhenAsked(release, installed) : Outcome.DONE;
            case PlanState.Resting resting -> beginWhenAsked(release, resting);
            // The mark of a removal on a plan that is not being removed: it was made from a copy.
            case PlanState.Removing removing -> move(release, release.status(), removing.startOver());
        };
    }

    /** Begins where nothing is installed yet, or where something failed and the plan has changed since. */
    Outcome beginWhenAsked(Release release, PlanState.Resting state) {
        var plan = release.plan();
        if (versions.find(plan.extension(), plan.version()).isEmpty()) {
            return reportMissingVersion(release);
        }
        boolean dependenciesMissing = release.status().hasReason("Ready", "DependencyNotSatisfied");
        boolean approved = release.status().hasReason("Ready", "ApprovalRequired")
                && plan.annotation(Labels.APPROVE_PERMISSIONS).equals("true");
        boolean first = state instanceof PlanState.NotInstalled;
        if (!first && !approved && !dependenciesMissing && !release.differsFromInstalled()) {
            return Outcome.DONE;
        }
        if (dependenciesMissing && !release.differsFromInstalled() && !deployment.dependenciesAreMet(plan)) {
            return Outcome.DONE;
        }
        return move(release, release.status(), state.prepare());
    }

    private Outcome prepare(Release release, Site site, PlanState.Preparing state) {
        boolean upgrade = isUpgrade(release);
        var plan = release.plan();
        var version = versions.find(plan.extension(), plan.version());
        if (version.isEmpty()) {
            return reportMissingVersion(release);
        }
        try {
            deployment.start(release, site, version.get(), state, upgrade);
            return Outcome.DONE;
        } catch (PreparationException e) {
            if (e.reason().equals("ChartUnavailable") && isFresh(version.get())) {
                return Outcome.again(CHART_RETRY);
            }
            log.atInfo()
                    .addKeyValue("release", release.key())
                    .addKeyValue("version", plan.version())
                    .addKeyValue("reason", e.reason())
                    .log("extension cannot be installed");
            failPreparation(release, state, upgrade, e);
            return Outcome.DONE;
        }
    }

    private void failPreparation(
            Release release, PlanState.Preparing state, boolean upgrade, PreparationException failure) {
        var now = parts.clock().instant();
        var type = upgrade ? "Upgraded" : "Installed";
        var verb = upgrade ? "upgrade" : "install";
        var status = release.status()
                // What was attempted is noted, so that only a change is worth another attempt.
                .with("version", release.plan().version())
                .with("configHash", release.configHash())
                .moved(state.fail(upgrade), now)
                .stating(
                        PlanCondition.no(
                                type,
                                upgrade ? "UpgradeFailed" : "InstallFailed",
                                "Failed to %s extension: %s".formatted(verb, failure.explanation())),
                        now)
                .stating(PlanCondition.no("Ready", failure.reason(), failure.explanation()), now);
        if (failure.reason().equals("DependencyNotSatisfied")) {
            status = status.stating(
                    PlanCondition.no("DependenciesSatisfied", failure.reason(), failure.explanation()), now);
        }
        writer.write(release, status);
    }

    /** An operation is under way, has ended, is to be ended, or was lost with the process that ran it. */
    private Outcome finish(Release release, Site site, PlanState.Deploying state) throws InterruptedException {
        if (release.plan().hasAnnotation(Labels.CANCEL)) {
            parts.executor().cancel(release.key());
            writer.removeAnnotation(release.plan(), Labels.CANCEL);
            deployment.conclude(release, site, state, new OperationResult.Failed("the operation was cancelled"));
            return Outcome.again(Duration.ZERO);
        }
        if (parts.executor().isRunning(release.key())) {
            return progress(release, state);
        }
        var result = parts.executor().take(release.key(), release.status().jobName());
        if (result.isEmpty()) {
            log.atWarn()
                    .addKeyValue("release", release.key())
                    .addKeyValue("operation", release.status().jobName())
                    .log("operation was lost, starting it again");
            return move(release, release.status().with("jobName", ""), new PlanState.Preparing());
        }
        deployment.conclude(release, site, state, result.get());
        return Outcome.again(Duration.ZERO);
    }

    /** Tells from time to time how far Helm has come; its end comes here by itself. */
    private Outcome progress(Release release, PlanState.Deploying state) {
        long writes = parts.executor().writes(release.key());
        if (writes > 0) {
            var message = "%d objects written so far".formatted(writes);
            var now = parts.clock().instant();
            writer.write(release, release.status().stating(PlanCondition.no("Ready", state.text(), message), now));
        }
        return Outcome.again(PROGRESS);
    }

    private Outcome reportMissingVersion(Release release) {
        var plan = release.plan();
        var condition = PlanCondition.no(
                "Ready",
                "ExtensionVersionNotFound",
                "extension version \"%s-%s\" does not exist".formatted(plan.extension(), plan.version()));
        writer.write(release, release.status().stating(condition, parts.clock().instant()));
        return Outcome.DONE;
    }

    /** ksbuilder writes the version before its chart. */
    private boolean isFresh(JsonNode version) {
        var created = version.at("/metadata/creationTimestamp").asText("");
        try {
            return parts.clock().instant().isBefore(Instant.parse(created).plus(CHART_PATIENCE));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isUpgrade(Release release) {
        return release.status().hasReason("Installed", "InstallSuccessful");
    }

    private Outcome move(Release release, InstallationStatus status, PlanState next) {
        writer.write(release, status.moved(next, parts.clock().instant()));
        return Outcome.again(Duration.ZERO);
    }
}
