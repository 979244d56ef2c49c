package io.luban.embeddedkube.simulation;

import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import java.time.Duration;
import java.util.List;

/** The controllers of simulated workloads. */
public final class Simulation {
    private Simulation() {}

    /** Every one of them; {@code delay} lies between the stages of a pod. */
    public static List<Controller> controllers(Cluster cluster, Duration delay) {
        var simulated = new Simulated(cluster.as("luban-simulation"), delay);
        return List.of(
                new PodStages(simulated),
                new ReplicaSets(simulated, Kinds.REPLICA_SETS),
                new ReplicaSets(simulated, Kinds.REPLICATION_CONTROLLERS),
                new Deployments(simulated),
                new StatefulSets(simulated),
                new DaemonSets(simulated),
                new Jobs(simulated),
                new Claims(simulated),
                new LoadBalancers(simulated));
    }
}
