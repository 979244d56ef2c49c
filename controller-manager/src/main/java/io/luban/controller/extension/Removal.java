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
    private final Retries retries;

    Removal(PlanParts parts, PlanWriter writer, PlanEvents events) {
        this.parts = parts;
        this.writer = writer;
        this.events = events;
        this.retries = new Retries(parts, writer);
    }

    /** Takes the next step in removing a plan: its agents first, then the part on the host. */
    Outcome reconcile(InstallPlan plan) throws InterruptedException {
        if (!plan.hasFinalizer()) {
            return Outcome.DONE;
        }
        if (plan.hasAnnotation(Labels.RETRY)) {
            return retries.take(plan);
        }
        var agents = plan.agentClusters();
        return agents.isEmpty()
                ? remove(Release.host(plan))
                : EachCluster.take(agents, cluster -> remove(new Release(plan, cluster)));
    }

    /** Takes the next step in removing one release. */
    Outcome remove(Release release) throws InterruptedException {
        var forced = release.plan().hasAnnotation(Labels.FORCE_DELETE);
        return release.isAgent()
                ? removeAgent(release, forced)
                : step(release, parts.clusters().host(), forced);
    }

    /** A cluster that is out of reach is waited for, unless it is gone for good or nobody wants to wait. */
    private Outcome removeAgent(Release agent, boolean forced) throws InterruptedException {
        if (agent.status().releaseName().isEmpty()) {
            return finish(agent, Optional.empty());
        }
        var site = parts.clusters().find(agent.cluster());
        var problem = site.isPresent() ? parts.clusters().problem(site.get()) : noSite(agent);
        if (problem.isEmpty() && site.isPresent()) {
            return step(agent, site.get(), forced);
        }
        if (forced || problem.isEmpty()) {
            parts.executor().cancel(agent.key());
            events.abandoned(agent);
            return finish(agent, Optional.empty());
        }
        return writer.writeUnreachable(agent, problem.get(), parts.clock().instant());
    }

    private Optional<String> noSite(Release agent) {
        return parts.clusters().isKnown(agent.cluster())
                ? Optional.of("its kubeconfig is missing or cannot be read")
                : Optional.empty();
    }

    private Outcome step(Release release, Site site, boolean forced) throws InterruptedException {
        var state = release.status().state();
        if (state instanceof PlanState.Uninstalling uninstalling) {
            return whileUninstalling(release, site, uninstalling, forced);
        }
        if (state instanceof PlanState.Uninstalled) {
            return finish(release, Optional.of(site));
        }
        boolean waitsForPeople = state instanceof PlanState.UninstallFailed;
        return waitsForPeople && !forced ? Outcome.DONE : begin(release, site, state, forced);
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
        history.repairPending();
        var job = "%s%s-%s"
                .formatted(
                        forced ? FORCED : ORDERLY, release.name(), parts.ids().suffix(SUFFIX));
        if (!release.isAgent()) {
            events.warnOfDependents(release);
        }
        var status = release.status()
                .with("jobName", job)
                .without("Reachable")
                .moved(state.uninstall(), parts.clock().instant());
        // Not as the executor account: packages do not ask for the right to delete what they may create.
        var task = new HelmExecutor.Task(
                new HelmExecutor.Subject(release.extension(), release.key(), site.member()),
                job,
                Grant.platform(release.extension()),
                kubeconfig -> operation(release, kubeconfig, forced),
                HelmExecutor.FollowUp.NONE);
        parts.executor().start(task, () -> writer.write(release, status));
        return Outcome.DONE;
    }

    private ReleaseOperation operation(Release release, String kubeconfig, boolean forced) {
        var target = new ReleaseTarget(
                release.status().targetNamespace(),
                release.name(),
                kubeconfig,
                parts.settings().helm().timeout());
        // Dependents go as well: pods that nobody looks after would run on, and keep their namespace.
        return new ReleaseOperation.Uninstall(target, !forced, false);
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
        boolean hasPlace = !namespace.isEmpty() && site.isPresent();
        if (hasPlace && release.plan().hasAnnotation(Labels.FORCE_DELETE)) {
            new AbandonedObjects(site.get().kube()).remove(release);
        }
        if (hasPlace && !shares) {
            var kube = site.get().kube();
            new ExecutorAccount(kube, release.extension(), namespace).remove();
            new HookObjects(kube).remove(release.extension());
            new NamespaceRemoval(kube).removeEmpty(release.extension());
        }
        parts.executor().forget(release.key());
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
