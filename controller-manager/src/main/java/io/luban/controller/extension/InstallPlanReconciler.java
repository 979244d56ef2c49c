package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.executor.HelmExecutor;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.helm.OperationResult;
import io.luban.kube.KubeRest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The story of one InstallPlan. Helm runs in the background; every step ends in a state that is written down, so that
 * whoever comes next, also after a restart, knows where to go on.
 */
public final class InstallPlanReconciler implements Reconciler {
    private static final Logger log = LoggerFactory.getLogger(InstallPlanReconciler.class);
    private static final Duration CHART_PATIENCE = Duration.ofSeconds(30);
    private static final Duration CHART_RETRY = Duration.ofMillis(500);

    private final KubeRest kube;
    private final HelmExecutor executor;
    private final Clock clock;
    private final ExtensionVersions versions;
    private final PlanWriter writer;
    private final Deployment deployment;
    private final Removal removal;
    private final UserInterface userInterface;

    /** A reconciler over the cluster in which extensions are installed. */
    public InstallPlanReconciler(PlanParts parts) {
        this.kube = parts.kube();
        this.executor = parts.executor();
        this.clock = parts.clock();
        this.versions = new ExtensionVersions(kube);
        this.writer = new PlanWriter(kube);
        this.deployment = new Deployment(parts, writer);
        this.removal = new Removal(parts, writer);
        this.userInterface = new UserInterface(kube);
    }

    @Override
    public Outcome reconcile(String name) throws InterruptedException {
        var found = kube.find(Paths.plan(name)).map(InstallPlan::new);
        if (found.isEmpty()) {
            executor.cancel(name);
            return Outcome.DONE;
        }
        var plan = found.get();
        if (plan.isBeingDeleted()) {
            return removal.reconcile(plan);
        }
        if (!plan.name().equals(plan.extension())) {
            return refuse(plan);
        }
        if (!plan.hasFinalizer()) {
            writer.addFinalizer(plan);
            return Outcome.again(Duration.ZERO);
        }
        return switch (plan.status().state()) {
            case PlanState.Preparing preparing -> prepare(plan, preparing);
            case PlanState.Deploying deploying -> finish(plan, deploying);
            case PlanState.Installed installed -> whileInstalled(plan, installed);
            case PlanState.Resting resting -> beginWhenAsked(plan, resting);
            // The mark of a removal on a plan that is not being removed: it was made from a copy.
            case PlanState.Removing removing -> move(plan, removing.startOver());
        };
    }

    private Outcome refuse(InstallPlan plan) {
        var condition = PlanCondition.no(
                "Ready",
                "InvalidName",
                "metadata.name must be equal to spec.extension.name \"%s\"".formatted(plan.extension()));
        writer.write(plan, plan.status().stating(condition, clock.instant()));
        return Outcome.DONE;
    }

    /** Begins where nothing is installed yet, or where something failed and the plan has changed since. */
    private Outcome beginWhenAsked(InstallPlan plan, PlanState.Resting state) {
        if (versions.find(plan.extension(), plan.version()).isEmpty()) {
            return reportMissingVersion(plan);
        }
        boolean retry = plan.hasAnnotation(Labels.RETRY);
        boolean dependenciesMissing = plan.status().hasReason("DependenciesSatisfied", "DependencyNotSatisfied");
        boolean first = state instanceof PlanState.NotInstalled;
        if (!first && !retry && !dependenciesMissing && !plan.differsFromInstalled()) {
            return Outcome.DONE;
        }
        if (dependenciesMissing && !retry && !deployment.dependenciesAreMet(plan)) {
            return Outcome.DONE;
        }
        if (retry) {
            writer.removeAnnotation(plan, Labels.RETRY);
        }
        return move(plan, state.prepare());
    }

    private Outcome whileInstalled(InstallPlan plan, PlanState.Installed state) {
        var enabled = plan.isEnabled();
        userInterface.follow(plan.extension(), enabled);
        var status = plan.status();
        if (status.json().path("enabled").asBoolean(!enabled) != enabled) {
            var copy = status.json().deepCopy();
            copy.put("enabled", enabled);
            writer.write(plan, new InstallationStatus(copy));
            return Outcome.again(Duration.ZERO);
        }
        writer.repeatInExtension(plan);
        return plan.differsFromInstalled() ? beginWhenAsked(plan, state) : Outcome.DONE;
    }

    private Outcome prepare(InstallPlan plan, PlanState.Preparing state) {
        boolean upgrade = isUpgrade(plan);
        var version = versions.find(plan.extension(), plan.version());
        if (version.isEmpty()) {
            return reportMissingVersion(plan);
        }
        try {
            deployment.start(plan, version.get(), state, upgrade);
            return Outcome.DONE;
        } catch (PreparationException e) {
            if (e.reason().equals("ChartUnavailable") && isFresh(version.get())) {
                return Outcome.again(CHART_RETRY);
            }
            log.atInfo()
                    .addKeyValue("extension", plan.extension())
                    .addKeyValue("version", plan.version())
                    .addKeyValue("reason", e.reason())
                    .log("extension cannot be installed");
            failPreparation(plan, state, upgrade, e);
            return Outcome.DONE;
        }
    }

    private void failPreparation(
            InstallPlan plan, PlanState.Preparing state, boolean upgrade, PreparationException failure) {
        var now = clock.instant();
        var type = upgrade ? "Upgraded" : "Installed";
        var verb = upgrade ? "upgrade" : "install";
        var status = plan.status()
                // What was attempted is noted, so that only a change is worth another attempt.
                .with("version", plan.version())
                .with("configHash", ConfigHash.of(plan.config()))
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
        writer.write(plan, status);
    }

    /** An operation is under way, has ended, or was lost with the process that ran it. */
    private Outcome finish(InstallPlan plan, PlanState.Deploying state) {
        if (executor.isRunning(plan.extension())) {
            return Outcome.DONE;
        }
        Optional<OperationResult> result =
                executor.take(plan.extension(), plan.status().jobName());
        if (result.isEmpty()) {
            log.atWarn()
                    .addKeyValue("extension", plan.extension())
                    .addKeyValue("operation", plan.status().jobName())
                    .log("operation was lost, starting it again");
            var again = plan.status().with("jobName", "");
            return moveWith(plan, again, new PlanState.Preparing());
        }
        deployment.conclude(plan, state, result.get());
        return Outcome.again(Duration.ZERO);
    }

    private Outcome reportMissingVersion(InstallPlan plan) {
        var condition = PlanCondition.no(
                "Ready",
                "ExtensionVersionNotFound",
                "extension version \"%s-%s\" does not exist".formatted(plan.extension(), plan.version()));
        writer.write(plan, plan.status().stating(condition, clock.instant()));
        return Outcome.DONE;
    }

    /** ksbuilder writes the version before its chart. */
    private boolean isFresh(JsonNode version) {
        var created = version.at("/metadata/creationTimestamp").asText("");
        try {
            return clock.instant().isBefore(Instant.parse(created).plus(CHART_PATIENCE));
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private boolean isUpgrade(InstallPlan plan) {
        return plan.status().hasReason("Installed", "InstallSuccessful");
    }

    private Outcome move(InstallPlan plan, PlanState next) {
        return moveWith(plan, plan.status(), next);
    }

    private Outcome moveWith(InstallPlan plan, InstallationStatus status, PlanState next) {
        writer.write(plan, status.moved(next, clock.instant()));
        return Outcome.again(Duration.ZERO);
    }
}
