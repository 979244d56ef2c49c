package io.luban.controller.extension;

import io.luban.controller.executor.Grant;
import io.luban.controller.executor.HelmExecutor;
import io.luban.controller.loop.Outcome;
import io.luban.helm.OperationResult;
import io.luban.helm.ReleaseOperation;
import io.luban.helm.ReleaseTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uninstalling: everything of the release goes, then what was made for it, then the plan. Needs nothing of the catalog, so
 * that an extension whose versions are gone can still be removed.
 */
final class Removal {
    private static final Logger log = LoggerFactory.getLogger(Removal.class);
    private static final int SUFFIX = 6;
    private static final String ORDERLY = "helm-uninstall-";
    private static final String FORCED = "helm-force-uninstall-";

    private final PlanParts parts;
    private final PlanWriter writer;
    private final NamespaceRemoval namespaces;

    Removal(PlanParts parts, PlanWriter writer) {
        this.parts = parts;
        this.writer = writer;
        this.namespaces = new NamespaceRemoval(parts.kube());
    }

    Outcome reconcile(InstallPlan plan) throws InterruptedException {
        if (!plan.hasFinalizer()) {
            return Outcome.DONE;
        }
        var status = plan.status();
        var history = new ReleaseHistory(parts.kube(), status.targetNamespace(), plan.extension());
        boolean forced = plan.hasAnnotation(Labels.FORCE_DELETE);
        var state = status.state();
        if (state instanceof PlanState.Uninstalling uninstalling) {
            return whileUninstalling(plan, uninstalling, history, forced);
        }
        if (state instanceof PlanState.Uninstalled) {
            return finish(plan);
        }
        boolean waitsForPeople = state instanceof PlanState.UninstallFailed && !plan.hasAnnotation(Labels.RETRY);
        return waitsForPeople && !forced ? Outcome.DONE : begin(plan, state, history, forced);
    }

    private Outcome whileUninstalling(
            InstallPlan plan, PlanState.Uninstalling state, ReleaseHistory history, boolean forced)
            throws InterruptedException {
        boolean forceIsNew = forced && !plan.status().jobName().startsWith(FORCED);
        if (forceIsNew) {
            return begin(plan, state, history, true);
        }
        if (parts.executor().isRunning(plan.extension())) {
            return Outcome.DONE;
        }
        return conclude(plan, state, history, forced);
    }

    private Outcome begin(InstallPlan plan, PlanState state, ReleaseHistory history, boolean forced)
            throws InterruptedException {
        parts.executor().cancel(plan.extension());
        if (plan.status().targetNamespace().isEmpty() || !history.exists()) {
            return finish(plan);
        }
        if (plan.hasAnnotation(Labels.RETRY)) {
            writer.removeAnnotation(plan, Labels.RETRY);
        }
        history.repairPending();
        var job = "%s%s-%s"
                .formatted(
                        forced ? FORCED : ORDERLY, plan.extension(), parts.ids().suffix(SUFFIX));
        writer.write(
                plan,
                plan.status()
                        .with("jobName", job)
                        .moved(state.uninstall(), parts.clock().instant()));
        var namespace = plan.status().targetNamespace();
        // Not as the executor account: packages do not ask for the right to delete what they may create.
        parts.executor()
                .start(new HelmExecutor.Task(
                        plan.extension(),
                        job,
                        Grant.platform(plan.extension()),
                        kubeconfig -> new ReleaseOperation.Uninstall(
                                new ReleaseTarget(
                                        namespace,
                                        plan.extension(),
                                        kubeconfig,
                                        parts.settings().helm().timeout()),
                                !forced,
                                forced),
                        HelmExecutor.FollowUp.NONE));
        return Outcome.DONE;
    }

    private Outcome conclude(InstallPlan plan, PlanState.Uninstalling state, ReleaseHistory history, boolean forced)
            throws InterruptedException {
        var result = parts.executor().take(plan.extension(), plan.status().jobName());
        if (!history.exists()) {
            return finish(plan);
        }
        if (result.isEmpty()) {
            return begin(plan, state, history, forced);
        }
        if (forced) {
            history.forget();
            return finish(plan);
        }
        var message =
                result.get() instanceof OperationResult.Failed failed ? failed.message() : "the release is still there";
        var now = parts.clock().instant();
        writer.write(
                plan,
                plan.status()
                        .moved(state.fail(), now)
                        .stating(PlanCondition.no("Uninstalled", "UninstallFailed", message), now));
        log.atWarn().addKeyValue("extension", plan.extension()).log("extension cannot be uninstalled");
        return Outcome.DONE;
    }

    private Outcome finish(InstallPlan plan) {
        var namespace = plan.status().targetNamespace();
        if (!namespace.isEmpty()) {
            new ExecutorAccount(parts.kube(), plan.extension(), namespace).remove();
            namespaces.removeIfEmpty(namespace, plan.extension());
        }
        var now = parts.clock().instant();
        var message = "The extension %s has been successfully uninstalled.".formatted(plan.extension());
        var written = writer.write(
                plan,
                plan.status()
                        .moved(new PlanState.Uninstalled(), now)
                        .stating(PlanCondition.yes("Uninstalled", "UninstallSuccessful", message), now));
        writer.clearExtension(plan.extension());
        writer.removeFinalizer(written);
        return Outcome.DONE;
    }
}
