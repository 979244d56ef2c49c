package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.loop.Outcome;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
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
        boolean ignored = plan.hasScheduling() && !isForSeveralClusters(plan);
        var noted = ignored ? ignored(plan) : withoutNote(plan);
        if (noted instanceof Outcome.Again) {
            return noted;
        }
        var selected = plan.hasScheduling() && !ignored ? parts.clusters().selected(plan) : Set.<String>of();
        var concerned = new LinkedHashSet<>(plan.agentClusters());
        concerned.addAll(selected);
        return EachCluster.take(concerned, cluster -> {
            var agent = new Release(plan, cluster);
            boolean leaves = agent.status().state() instanceof PlanState.Removing || !selected.contains(cluster);
            return leaves ? removal.remove(agent) : advance(agent);
        });
    }

    private Outcome advance(Release agent) throws InterruptedException {
        var state = agent.status().state();
        boolean running = parts.executor().isRunning(agent.key());
        boolean busy = parts.executor().isBusy(agent.extension()) && !running;
        if (busy
                || (!(state instanceof PlanState.Deploying) && !parts.clusters().isSchedulable(agent.cluster()))) {
            // The end of the other operation, or news of the cluster, call here again.
            return Outcome.DONE;
        }
        var site = parts.clusters().find(agent.cluster());
        if (site.isEmpty()) {
            return Outcome.DONE;
        }
        var problem = running ? Optional.<String>empty() : parts.clusters().problem(site.get());
        if (problem.isPresent()) {
            return writer.writeUnreachable(agent, problem.get(), parts.clock().instant());
        }
        var outcome = steps.next(agent, site.get());
        if (outcome instanceof Outcome.Done && agent.status().hasReason("Reachable", PlanWriter.UNREACHABLE)) {
            writer.write(agent, agent.status().without("Reachable"));
            return Outcome.again(Duration.ZERO);
        }
        if (state instanceof PlanState.Installed && site.get().member().isPresent()) {
            new UserInterface(site.get().kube())
                    .follow(agent.extension(), agent.plan().isEnabled());
        }
        return outcome;
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
