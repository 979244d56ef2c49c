package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.executor.Grant;
import io.luban.controller.executor.HelmExecutor;
import io.luban.extensionformat.ExtensionNames;
import io.luban.helm.ChartInput;
import io.luban.helm.OperationResult;
import io.luban.helm.ReleaseOperation;
import io.luban.helm.ReleaseRecord;
import io.luban.helm.ReleaseTarget;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.time.Instant;

/** Installing and upgrading: from a prepared plan to a Helm operation, and from its end to the plan's next state. */
final class Deployment {
    private static final int SUFFIX = 6;
    private static final String HOOK_IMAGE = "executor-hook-image.kubesphere.io";

    private final PlanParts parts;
    private final PlanWriter writer;
    private final PlanEvents events;
    private final Preparation preparation;

    Deployment(PlanParts parts, PlanWriter writer) {
        this.parts = parts;
        this.writer = writer;
        this.events = writer.events();
        this.preparation = new Preparation(parts.kube(), parts.settings());
    }

    boolean dependenciesAreMet(InstallPlan plan) {
        if (plan.annotation(Labels.IGNORE_DEPENDENCIES).equals("true")) {
            return true;
        }
        return new ExtensionVersions(parts.kube())
                .find(plan.extension(), plan.version())
                .map(version -> preparation.missingDependencies(version).isEmpty())
                .orElse(false);
    }

    /** Starts Helm for the release and notes that; throws {@link PreparationException} when something is missing. */
    void start(Release release, Site site, ObjectNode version, PlanState.Preparing state, boolean upgrade) {
        var now = parts.clock().instant();
        var status = release.status().without("Ready");
        if (!release.isAgent()) {
            status = checkDependencies(release.plan(), version, status, now);
        }
        var prepared = preparation.prepare(release, site, version);
        requireApproval(release.plan(), prepared);
        var namespace = targetNamespace(release.plan(), version);
        var account = new ExecutorAccount(site.kube(), release.extension(), namespace);
        account.ensure(prepared.permissions());
        status = permissionsNoted(release, status.with("targetNamespace", namespace), prepared, now);
        tellOfHookImage(release.plan(), version, upgrade ? "upgrade" : "install");
        if (!upgrade) {
            status = status.stating(PlanCondition.yes("Initialized", "Initialized", initialized(release)), now);
        }
        var history = new ReleaseHistory(site.kube(), namespace, release.name());
        history.repairPending();
        boolean known = history.exists();
        var job = "helm-%s-%s-%s"
                .formatted(
                        upgrade ? "upgrade" : "install",
                        release.name(),
                        parts.ids().suffix(SUFFIX));
        var begun = status.with("jobName", job)
                .with("configHash", release.configHash())
                .with(
                        "version",
                        version.at("/spec/version").asText(release.plan().version()))
                .with("releaseName", release.name())
                .with("contentDigest", version.at("/spec/digest").asText(""))
                .without("NewContentAvailable")
                .without("ReleaseChanged")
                .without("Uninstalled")
                .moved(state.start(upgrade), now);
        var grant = Grant.serviceAccount(release.extension(), namespace, account.name())
                .with(new SimulatedHooks(site.kube(), release.extension()));
        var task = new HelmExecutor.Task(
                new HelmExecutor.Subject(release.extension(), release.key(), site.member()),
                job,
                grant,
                kubeconfig -> operation(release, namespace, prepared, known, kubeconfig),
                followUp(release, site));
        // Noted before it is begun: a state without an operation is repaired, an operation without a state is not.
        parts.executor().start(task, () -> writer.write(release, begun));
    }

    private void requireApproval(InstallPlan plan, Preparation.Prepared prepared) {
        boolean approved = plan.annotation(Labels.APPROVE_PERMISSIONS).equals("true");
        if (prepared.permissions().isUnlimited() && parts.settings().rules().approvesUnlimited() && !approved) {
            throw new PreparationException(
                    "ApprovalRequired",
                    "the extension asks for every permission; annotate the plan %s: \"true\" to approve of that"
                            .formatted(Labels.APPROVE_PERMISSIONS));
        }
    }

    private InstallationStatus permissionsNoted(
            Release release, InstallationStatus status, Preparation.Prepared prepared, Instant now) {
        boolean unlimited = prepared.permissions().isUnlimited();
        if (unlimited && !status.holds("BroadPermissions")) {
            events.tell(release.plan(), true, "BroadPermissions", "the extension asks for every permission");
        }
        return unlimited
                ? status.stating(
                        PlanCondition.yes(
                                "BroadPermissions", "UnlimitedRules", "The extension asks for every permission."),
                        now)
                : status.without("BroadPermissions");
    }

    /** Nothing of ours runs containers; what such an image would prepare may be what the installation lacks. */
    private void tellOfHookImage(InstallPlan plan, ObjectNode version, String action) {
        var annotations = version.path("metadata").path("annotations");
        var image = annotations
                .path(HOOK_IMAGE + "/" + action)
                .asText(annotations.path(HOOK_IMAGE).asText(""));
        if (!image.isEmpty()) {
            events.tell(
                    plan,
                    true,
                    "HookImageIgnored",
                    "the package wants image %s to run before the %s, which is not done".formatted(image, action));
        }
    }

    private static String initialized(Release release) {
        return release.isAgent()
                ? "The extension agent has been successfully initialized."
                : "The extension %s has been successfully initialized.".formatted(release.extension());
    }

    /** Notes how the operation ended. */
    void conclude(Release release, Site site, PlanState.Deploying state, OperationResult result) {
        var now = parts.clock().instant();
        var word = state.condition().equals("Upgraded") ? "Upgrade" : "Install";
        var history = new ReleaseHistory(site.kube(), release.status().targetNamespace(), release.name());
        var status = switch (result) {
            case OperationResult.Succeeded done -> {
                history.prune(parts.settings().helm().historyMax());
                var latest = history.latest();
                var message = latest.map(ReleaseRecord::description).orElse(done.message());
                int objects = latest.map(Deployment::objects).orElse(0);
                yield release.status()
                        .with(
                                "releaseRevision",
                                latest.map(ReleaseRecord::revision).orElse(0))
                        .moved(state.succeed(), now)
                        .stating(PlanCondition.yes(state.condition(), word + "Successful", message), now)
                        .stating(
                                PlanCondition.yes(
                                        "Ready", word + "Successful", "%s (%d objects)".formatted(message, objects)),
                                now);
            }
            case OperationResult.Failed failed ->
                release.status()
                        .with("releaseRevision", lastRevision(release, history))
                        .moved(state.fail(), now)
                        .stating(PlanCondition.no(state.condition(), word + "Failed", failed.message()), now)
                        .stating(PlanCondition.no("Ready", word + "Failed", failed.message()), now);
        };
        writer.write(release, status);
    }

    /** An agent's cluster may be what has failed, and nobody looks after revisions there. */
    private static int lastRevision(Release release, ReleaseHistory history) {
        return release.isAgent()
                ? release.status().releaseRevision()
                : history.latest().map(ReleaseRecord::revision).orElse(0);
    }

    private static int objects(ReleaseRecord release) {
        try {
            return (int) Yaml.parseAll(release.manifest()).stream()
                    .filter(document -> document.has("kind"))
                    .count();
        } catch (ParseException e) {
            return 0;
        }
    }

    private InstallationStatus checkDependencies(
            InstallPlan plan, ObjectNode version, InstallationStatus status, Instant now) {
        var policy = parts.settings().rules().dependencies();
        var missing = preparation.missingDependencies(version);
        boolean ignored = policy == ExtensionSettings.DependencyPolicy.IGNORE
                || plan.annotation(Labels.IGNORE_DEPENDENCIES).equals("true");
        if (ignored || version.at("/spec/externalDependencies").isEmpty()) {
            return status.without("DependenciesSatisfied");
        }
        if (missing.isEmpty()) {
            return status.stating(
                    PlanCondition.yes(
                            "DependenciesSatisfied",
                            "DependenciesSatisfied",
                            "Every extension that this one requires is installed."),
                    now);
        }
        var message = String.join("; ", missing);
        if (policy == ExtensionSettings.DependencyPolicy.ENFORCE) {
            throw new PreparationException("DependencyNotSatisfied", message);
        }
        return status.stating(PlanCondition.no("DependenciesSatisfied", "DependencyIgnored", message), now);
    }

    private HelmExecutor.FollowUp followUp(Release release, Site site) {
        var limit = parts.settings().helm();
        var jobs = new ReleaseJobs(site.kube(), release.name(), limit.timeout());
        return limit.waits() ? jobs::await : HelmExecutor.FollowUp.NONE;
    }

    private ReleaseOperation operation(
            Release release, String namespace, Preparation.Prepared prepared, boolean known, String kubeconfig) {
        var limit = parts.settings().helm();
        var target = new ReleaseTarget(namespace, release.name(), kubeconfig, limit.timeout());
        var chart = new ChartInput(prepared.chart(), prepared.values(), "", limit.waits());
        return known ? new ReleaseOperation.Upgrade(target, chart) : new ReleaseOperation.Install(target, chart);
    }

    /** Settled by the first installation; a release cannot move. */
    static String targetNamespace(InstallPlan plan, ObjectNode version) {
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
