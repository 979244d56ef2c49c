package io.luban.controller.extension;

import io.luban.controller.executor.Grant;
import io.luban.controller.executor.HelmExecutor;
import io.luban.controller.loop.Outcome;
import io.luban.helm.OperationResult;
import io.luban.helm.ReleaseOperation;
import io.luban.helm.ReleaseTarget;
import java.time.Duration;
import java.util.Optional;
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
    private final PlanEvents events;

    Removal(PlanParts parts, PlanWriter writer, PlanEvents events) {
        this.parts = parts;
        this.writer = writer;
        this.events = events;
    }

    /** Takes the next step in removing a plan: its agents first, then the part on the host. */
    Outcome reconcile(InstallPlan plan) throws InterruptedException {
        if (!plan.hasFinalizer()) {
            return Outcome.DONE;
        }
        var agents = plan.agentClusters();
        if (agents.isEmpty()) {
            return remove(Release.host(plan));
        }
        for (var cluster : agents) {
            var outcome = remove(new Release(plan, cluster));
            if (outcome instanceof Outcome.Again) {
                return outcome;
            }
        }
        return Outcome.DONE;
    }

    /** Takes the next step in removing one release. */
    Outcome remove(Release release) throws InterruptedException {
        var plan = release.plan();
        var site = site(release);
        if (site.isEmpty()) {
            events.abandoned(release);
            return finish(release, Optional.empty());
        }
        var forced = plan.hasAnnotation(Labels.FORCE_DELETE);
        var state = release.status().state();
        if (state instanceof PlanState.Uninstalling uninstalling) {
            return whileUninstalling(release, site.get(), uninstalling, forced);
        }
        if (state instanceof PlanState.Uninstalled) {
            return finish(release, site);
        }
        boolean waitsForPeople = state instanceof PlanState.UninstallFailed && !plan.hasAnnotation(Labels.RETRY);
        return waitsForPeople && !forced ? Outcome.DONE : begin(release, site.get(), state, forced);
    }

    private Optional<Site> site(Release release) {
        return release.isAgent()
                ? parts.clusters().find(release.cluster())
                : Optional.of(parts.clusters().host());
    }

    private static ReleaseHistory history(Release release, Site site) {
        return new ReleaseHistory(site.kube(), release.status().targetNamespace(), release.name());
    }

    private Outcome whileUninstalling(Release release, Site site, PlanState.Uninstalling state, boolean forced)
            throws InterruptedException {
        boolean forceIsNew = forced && !release.status().jobName().startsWith(FORCED);
        if (forceIsNew) {
            return begin(release, site, state, true);
        }
        if (parts.executor().isRunning(release.key())) {
            return Outcome.DONE;
        }
        return conclude(release, site, state, forced);
    }

    private Outcome begin(Release release, Site site, PlanState state, boolean forced) throws InterruptedException {
        parts.executor().cancel(release.key());
        var history = history(release, site);
        var namespace = release.status().targetNamespace();
        if (namespace.isEmpty() || !history.exists()) {
            return finish(release, Optional.of(site));
        }
        if (release.isAgent() && parts.executor().isBusy(release.extension())) {
            // One at a time; the end of the other one calls here again.
            return Outcome.DONE;
        }
        if (release.plan().hasAnnotation(Labels.RETRY)) {
            writer.removeAnnotation(release.plan(), Labels.RETRY);
        }
        history.repairPending();
        var job = "%s%s-%s"
                .formatted(
                        forced ? FORCED : ORDERLY, release.name(), parts.ids().suffix(SUFFIX));
        if (!release.isAgent()) {
            events.warnOfDependents(release);
        }
        writer.write(
                release,
                release.status()
                        .with("jobName", job)
                        .moved(state.uninstall(), parts.clock().instant()));
        // Not as the executor account: packages do not ask for the right to delete what they may create.
        parts.executor()
                .start(new HelmExecutor.Task(
                        new HelmExecutor.Subject(release.extension(), release.key(), site.member()),
                        job,
                        Grant.platform(release.extension()),
                        kubeconfig -> operation(release, kubeconfig, forced),
                        HelmExecutor.FollowUp.NONE));
        return Outcome.DONE;
    }

    private ReleaseOperation operation(Release release, String kubeconfig, boolean forced) {
        var target = new ReleaseTarget(
                release.status().targetNamespace(),
                release.name(),
                kubeconfig,
                parts.settings().helm().timeout());
        return new ReleaseOperation.Uninstall(target, !forced, forced);
    }

    private Outcome conclude(Release release, Site site, PlanState.Uninstalling state, boolean forced)
            throws InterruptedException {
        var result = parts.executor().take(release.key(), release.status().jobName());
        var history = history(release, site);
        if (!history.exists()) {
            return finish(release, Optional.of(site));
        }
        if (result.isEmpty()) {
            return begin(release, site, state, forced);
        }
        if (forced) {
            history.forget();
            return finish(release, Optional.of(site));
        }
        var message =
                result.get() instanceof OperationResult.Failed failed ? failed.message() : "the release is still there";
        var now = parts.clock().instant();
        writer.write(
                release,
                release.status()
                        .moved(state.fail(), now)
                        .stating(PlanCondition.no("Uninstalled", "UninstallFailed", message), now));
        log.atWarn().addKeyValue("release", release.key()).log("extension cannot be uninstalled");
        return Outcome.DONE;
    }

    private Outcome finish(Release release, Optional<Site> site) {
        // The part on the host still needs what it shares with an agent beside it.
        boolean shares = release.isAgent() && site.flatMap(Site::member).isEmpty();
        var namespace = release.status().targetNamespace();
        if (!namespace.isEmpty() && !shares && site.isPresent()) {
            var kube = site.get().kube();
            new ExecutorAccount(kube, release.extension(), namespace).remove();
            new HookObjects(kube).remove(release.extension());
            new NamespaceRemoval(kube).removeEmpty(release.extension());
        }
        if (release.isAgent()) {
            writer.removeAgent(release);
            return Outcome.again(Duration.ZERO);
        }
        var now = parts.clock().instant();
        var message = "The extension %s has been successfully uninstalled.".formatted(release.extension());
        var written = writer.write(
                release,
                release.status()
                        .moved(new PlanState.Uninstalled(), now)
                        .stating(PlanCondition.yes("Uninstalled", "UninstallSuccessful", message), now));
        writer.clearExtension(release.extension());
        writer.removeFinalizer(written);
        return Outcome.DONE;
    }
}
