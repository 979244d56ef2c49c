package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.executor.Grant;
import io.luban.controller.executor.HelmExecutor;
import io.luban.extensionformat.ExtensionNames;
import io.luban.helm.ChartInput;
import io.luban.helm.OperationResult;
import io.luban.helm.ReleaseOperation;
import io.luban.helm.ReleaseTarget;
import java.time.Instant;

/** Installing and upgrading: from a prepared plan to a Helm operation, and from its end to the plan's next state. */
final class Deployment {
    private static final int SUFFIX = 6;

    private final PlanParts parts;
    private final PlanWriter writer;
    private final Preparation preparation;

    Deployment(PlanParts parts, PlanWriter writer) {
        this.parts = parts;
        this.writer = writer;
        this.preparation = new Preparation(parts.kube(), parts.settings());
    }

    boolean dependenciesAreMet(InstallPlan plan) {
        return new ExtensionVersions(parts.kube())
                .find(plan.extension(), plan.version())
                .map(version -> preparation.missingDependencies(version).isEmpty())
                .orElse(false);
    }

    /** Starts Helm for the plan and notes that; throws {@link PreparationException} when something is missing. */
    void start(InstallPlan plan, ObjectNode version, PlanState.Preparing state, boolean upgrade) {
        var now = parts.clock().instant();
        var status = checkDependencies(plan, version, plan.status().without("Ready"), now);
        var prepared = preparation.prepare(plan, version);
        var namespace = targetNamespace(plan, version);
        var account = new ExecutorAccount(parts.kube(), plan.extension(), namespace);
        account.ensure(prepared.permissions());
        status = status.with("targetNamespace", namespace);
        if (prepared.permissions().isUnlimited()) {
            status = status.stating(
                    PlanCondition.yes("BroadPermissions", "UnlimitedRules", "The extension asks for every permission."),
                    now);
        }
        if (!upgrade) {
            var message = "The extension %s has been successfully initialized.".formatted(plan.extension());
            status = status.stating(PlanCondition.yes("Initialized", "Initialized", message), now);
        }
        var history = new ReleaseHistory(parts.kube(), namespace, plan.extension());
        history.repairPending();
        boolean known = history.exists();
        var job = "helm-%s-%s-%s"
                .formatted(
                        upgrade ? "upgrade" : "install",
                        plan.extension(),
                        parts.ids().suffix(SUFFIX));
        status = status.with("jobName", job)
                .with("configHash", ConfigHash.of(plan.config()))
                .with("version", version.at("/spec/version").asText(plan.version()))
                .with("releaseName", plan.extension())
                .moved(state.start(upgrade), now);
        // Noted before it is begun: a state without an operation is repaired, an operation without a state is not.
        writer.write(plan, status);
        var grant = Grant.serviceAccount(plan.extension(), namespace, account.name());
        parts.executor()
                .start(task(plan, job, grant, kubeconfig -> operation(plan, namespace, prepared, known, kubeconfig)));
    }

    /** Notes how the operation ended. */
    void conclude(InstallPlan plan, PlanState.Deploying state, OperationResult result) {
        var now = parts.clock().instant();
        var word = state.condition().equals("Upgraded") ? "Upgrade" : "Install";
        var history = new ReleaseHistory(parts.kube(), plan.status().targetNamespace(), plan.extension());
        var status = switch (result) {
            case OperationResult.Succeeded done -> {
                history.prune(parts.settings().helm().historyMax());
                var message =
                        history.latest().map(release -> release.description()).orElse(done.message());
                yield plan.status()
                        .moved(state.succeed(), now)
                        .stating(PlanCondition.yes(state.condition(), word + "Successful", message), now)
                        .stating(PlanCondition.yes("Ready", word + "Successful", message), now);
            }
            case OperationResult.Failed failed ->
                plan.status()
                        .moved(state.fail(), now)
                        .stating(PlanCondition.no(state.condition(), word + "Failed", failed.message()), now)
                        .stating(PlanCondition.no("Ready", word + "Failed", failed.message()), now);
        };
        writer.write(plan, status);
    }

    private InstallationStatus checkDependencies(
            InstallPlan plan, ObjectNode version, InstallationStatus status, Instant now) {
        var policy = parts.settings().dependencies();
        var missing = preparation.missingDependencies(version);
        boolean ignored = policy == ExtensionSettings.DependencyPolicy.IGNORE
                || plan.annotation(Labels.IGNORE_DEPENDENCIES).equals("true");
        if (missing.isEmpty() || ignored) {
            return status.without("DependenciesSatisfied");
        }
        var message = String.join("; ", missing);
        if (policy == ExtensionSettings.DependencyPolicy.ENFORCE) {
            throw new PreparationException("DependencyNotSatisfied", message);
        }
        return status.stating(PlanCondition.no("DependenciesSatisfied", "DependencyIgnored", message), now);
    }

    private HelmExecutor.Task task(
            InstallPlan plan,
            String job,
            Grant grant,
            java.util.function.Function<String, ReleaseOperation> operation) {
        var limit = parts.settings().helm();
        var jobs = new ReleaseJobs(parts.kube(), plan.extension(), limit.timeout());
        HelmExecutor.FollowUp followUp = limit.waits() ? jobs::await : HelmExecutor.FollowUp.NONE;
        return new HelmExecutor.Task(plan.extension(), job, grant, operation, followUp);
    }

    private ReleaseOperation operation(
            InstallPlan plan, String namespace, Preparation.Prepared prepared, boolean known, String kubeconfig) {
        var limit = parts.settings().helm();
        var target = new ReleaseTarget(namespace, plan.extension(), kubeconfig, limit.timeout());
        var chart = new ChartInput(prepared.chart(), prepared.values(), "", limit.waits());
        return known ? new ReleaseOperation.Upgrade(target, chart) : new ReleaseOperation.Install(target, chart);
    }

    /** Settled by the first installation; a release cannot move. */
    private static String targetNamespace(InstallPlan plan, ObjectNode version) {
        if (!plan.status().targetNamespace().isEmpty()) {
            return plan.status().targetNamespace();
        }
        var asked = plan.annotation(Labels.TARGET_NAMESPACE);
        var declared = version.at("/spec/namespace").asText("");
        var namespace = !asked.isEmpty() ? asked : !declared.isEmpty() ? declared : "extension-" + plan.extension();
        ExtensionNames.problemOfName(namespace).ifPresent(problem -> {
            throw new PreparationException("InvalidNamespace", "target namespace: " + problem);
        });
        return namespace;
    }
}
