package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.loop.Outcome;
import java.time.Duration;
import java.util.Set;

/** The agents of a plan: one release on every cluster it selects, none on any other. */
final class Agents {
    private final PlanParts parts;
    private final PlanWriter writer;
    private final ReleaseSteps steps;
    private final Removal removal;

    Agents(PlanParts parts, PlanWriter writer, ReleaseSteps steps, Removal removal) {
        this.parts = parts;
        this.writer = writer;
        this.steps = steps;
        this.removal = removal;
    }

    /** The next step of all agents; called while the part on the host is installed. */
    Outcome next(InstallPlan plan) throws InterruptedException {
        if (!plan.hasScheduling() && plan.agentClusters().isEmpty()) {
            return withoutNote(plan);
        }
        if (plan.hasScheduling() && !isForSeveralClusters(plan)) {
            return ignored(plan);
        }
        var selected = plan.hasScheduling() ? parts.clusters().selected(plan) : Set.<String>of();
        for (var cluster : plan.agentClusters()) {
            boolean leaving = plan.status().ofCluster(cluster).state() instanceof PlanState.Removing;
            if (leaving || !selected.contains(cluster)) {
                var outcome = removal.remove(new Release(plan, cluster));
                if (outcome instanceof Outcome.Again) {
                    return outcome;
                }
            }
        }
        for (var cluster : selected) {
            var outcome = advance(new Release(plan, cluster));
            if (outcome instanceof Outcome.Again) {
                return outcome;
            }
        }
        return Outcome.DONE;
    }

    private Outcome advance(Release agent) throws InterruptedException {
        var state = agent.status().state();
        if (state instanceof PlanState.Removing) {
            return Outcome.DONE;
        }
        boolean busy =
                parts.executor().isBusy(agent.extension()) && !parts.executor().isRunning(agent.key());
        if (busy
                || (!(state instanceof PlanState.Deploying) && !parts.clusters().isSchedulable(agent.cluster()))) {
            // The end of the other operation, or news of the cluster, call here again.
            return Outcome.DONE;
        }
        var site = parts.clusters().find(agent.cluster());
        return site.isEmpty() ? Outcome.DONE : steps.next(agent, site.get());
    }

    private boolean isForSeveralClusters(InstallPlan plan) {
        return new ExtensionVersions(parts.kube())
                .find(plan.extension(), plan.version())
                .map(version -> isMulticluster(version))
                .orElse(true);
    }

    private static boolean isMulticluster(JsonNode version) {
        return version.at("/spec/installationMode").asText("").equals("Multicluster");
    }

    private Outcome ignored(InstallPlan plan) {
        var condition = PlanCondition.yes(
                "ClusterSchedulingIgnored",
                "HostOnly",
                "The extension is made for the host cluster only; spec.clusterScheduling has no effect.");
        var now = parts.clock().instant();
        var written = writer.write(Release.host(plan), plan.status().stating(condition, now));
        return written.equals(plan) ? Outcome.DONE : Outcome.again(Duration.ZERO);
    }

    private Outcome withoutNote(InstallPlan plan) {
        var written = writer.write(Release.host(plan), plan.status().without("ClusterSchedulingIgnored"));
        return written.equals(plan) ? Outcome.DONE : Outcome.again(Duration.ZERO);
    }
}
