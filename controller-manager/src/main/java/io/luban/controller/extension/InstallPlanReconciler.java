package io.luban.controller.extension;

import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.extensionformat.version.Version;
import io.luban.kube.KubeRest;
import java.time.Clock;
import java.time.Duration;

/**
 * The story of one InstallPlan. Helm runs in the background; every step ends in a state that is written down, so that
 * whoever comes next, also after a restart, knows where to go on.
 */
final class InstallPlanReconciler implements Reconciler {
    private final KubeRest kube;
    private final PlanParts parts;
    private final Clock clock;
    private final PlanWriter writer;
    private final ReleaseSteps steps;
    private final Agents agents;
    private final Removal removal;
    private final Retries retries;
    private final ForeignOperations foreign;

    /** A reconciler over the cluster in which extensions are installed. */
    InstallPlanReconciler(PlanParts parts) {
        this.kube = parts.kube();
        this.parts = parts;
        this.clock = parts.clock();
        var events = new PlanEvents(kube, parts.ids(), clock);
        this.writer = new PlanWriter(kube, events);
        this.steps = new ReleaseSteps(parts, writer);
        this.retries = new Retries(parts, writer);
        this.foreign = new ForeignOperations(parts, writer);
        this.removal = new Removal(parts, writer, events);
        this.agents = new Agents(parts, writer, steps, removal);
    }

    @Override
    public Outcome reconcile(String name) throws InterruptedException {
        var found = kube.find(Paths.plan(name)).map(InstallPlan::new);
        if (found.isEmpty()) {
            parts.executor().cancelAll(name);
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
        if (plan.hasAnnotation(Labels.RETRY)) {
            return retries.take(plan);
        }
        var noticed = foreign.notice(plan);
        if (noticed.isPresent()) {
            return noticed.get();
        }
        var host = Release.host(plan);
        if (plan.status().state() instanceof PlanState.Installed && !host.differsFromInstalled()) {
            return whileInstalled(plan);
        }
        return steps.next(host, parts.clusters().host());
    }

    private Outcome refuse(InstallPlan plan) {
        var condition = PlanCondition.no(
                "Ready",
                "InvalidName",
                "metadata.name must be equal to spec.extension.name \"%s\"".formatted(plan.extension()));
        writer.write(Release.host(plan), plan.status().stating(condition, clock.instant()));
        return Outcome.DONE;
    }

    private Outcome whileInstalled(InstallPlan plan) throws InterruptedException {
        new UserInterface(kube).follow(plan.extension(), plan.isEnabled());
        var status = plan.status();
        if (status.json().path("enabled").asBoolean(!plan.isEnabled()) != plan.isEnabled()) {
            var copy = status.json().deepCopy();
            copy.put("enabled", plan.isEnabled());
            writer.write(Release.host(plan), new InstallationStatus(copy));
            return Outcome.again(Duration.ZERO);
        }
        if (noteNewContent(plan)) {
            return Outcome.again(Duration.ZERO);
        }
        writer.repeatInExtension(plan);
        if (plan.upgradesItself() && upgrade(plan)) {
            return Outcome.again(Duration.ZERO);
        }
        if (plan.hasAnnotation(Labels.CANCEL)) {
            writer.removeAnnotation(plan, Labels.CANCEL);
        }
        return agents.next(plan);
    }

    /** Says when the catalog has another package under the version that is installed; whether anything was written. */
    private boolean noteNewContent(InstallPlan plan) {
        var status = plan.status();
        var digest = new ExtensionVersions(kube)
                .find(plan.extension(), plan.version())
                .map(version -> version.at("/spec/digest").asText(""))
                .orElse("");
        boolean changed =
                !digest.isEmpty() && !status.contentDigest().isEmpty() && !digest.equals(status.contentDigest());
        var noted = changed
                ? status.stating(
                        PlanCondition.yes(
                                "NewContentAvailable",
                                "PackageChanged",
                                "Version %s was published again; annotate the plan %s to install the new package."
                                        .formatted(plan.version(), Labels.RETRY)),
                        clock.instant())
                : status.without("NewContentAvailable");
        return !writer.write(Release.host(plan), noted).equals(plan);
    }

    /** Follows the recommendation of the catalog upwards; whether it had to. */
    private boolean upgrade(InstallPlan plan) {
        var recommended = kube.find(Paths.extension(plan.extension()))
                .flatMap(extension ->
                        Version.find(extension.at("/status/recommendedVersion").asText("")));
        var installed = Version.find(plan.status().version());
        boolean due = recommended.isPresent()
                && installed.isPresent()
                && recommended.get().compareTo(installed.get()) > 0;
        if (due) {
            writer.ask(plan, recommended.get().text());
        }
        return due;
    }
}
