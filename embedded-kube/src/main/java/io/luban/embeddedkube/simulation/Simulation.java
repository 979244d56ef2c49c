package io.luban.embeddedkube.simulation;

import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import java.util.ArrayList;
import java.util.List;

/** The controllers of workloads: those that create ReplicaSets, pods and the like, and those that pretend pods run. */
public final class Simulation {
    private Simulation() {}

    /**
     * Those that are wanted; {@code workloads} asks for ReplicaSets and pods also where nothing is simulated, and without
     * either only nodes of earlier simulations are taken away.
     */
    public static List<Controller> controllers(
            Cluster cluster, SimulationSettings settings, boolean workloads, EventRecorder recorder) {
        var simulated = new Simulated(cluster.as("luban-simulation"), settings, recorder, workloads);
        var result = new ArrayList<Controller>();
        result.add(new Nodes(simulated));
        if (settings.enabled() || workloads) {
            result.addAll(List.of(
                    new ReplicaSets(simulated, Kinds.REPLICA_SETS),
                    new ReplicaSets(simulated, Kinds.REPLICATION_CONTROLLERS),
                    new Deployments(simulated),
                    new StatefulSets(simulated),
                    new DaemonSets(simulated),
                    new Jobs(simulated),
                    new CronJobs(simulated),
                    new Autoscalers(simulated),
                    new DisruptionBudgets(simulated)));
        }
        if (settings.enabled()) {
            result.addAll(List.of(new PodStages(simulated), new Claims(simulated), new LoadBalancers(simulated)));
        }
        return List.copyOf(result);
    }
}
