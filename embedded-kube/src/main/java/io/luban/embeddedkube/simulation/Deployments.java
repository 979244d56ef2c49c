package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Rolls Deployments out: one ReplicaSet per pod template; the new one grows and the old ones shrink as the strategy
 * allows. Helm and kubectl judge a Deployment by exactly these ReplicaSets.
 */
final class Deployments implements Controller {
    private final Simulated simulated;
    private final Cluster cluster;
    private final DeploymentSets sets;

    Deployments(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.sets = new DeploymentSets(simulated);
    }

    @Override
    public String name() {
        return "workload-deployments";
    }

    @Override
    public int workers() {
        return Simulated.WORKERS;
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.DEPLOYMENTS) || resource.equals(Kinds.REPLICA_SETS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        simulated.observe(Kinds.DEPLOYMENTS, event, queue);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated.find(key).map(deployment -> reconcile(key, deployment)).orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode deployment) {
        var all = Dependents.of(cluster, deployment, Kinds.REPLICA_SETS);
        var current =
                all.stream().filter(set -> DeploymentSets.isOf(set, deployment)).findFirst();
        var old = all.stream().filter(set -> !current.equals(Optional.of(set))).toList();
        var rollout = new Rollout(sets, deployment);
        if (isPaused(deployment) || DeploymentSets.isResized(deployment, all)) {
            rollout.resize(current, old);
        } else {
            proceed(deployment, rollout, current, old);
        }
        sets.prune(deployment, old);
        return writeStatus(key, deployment);
    }

    private void proceed(ObjectNode deployment, Rollout rollout, Optional<ObjectNode> current, List<ObjectNode> old) {
        boolean isRolling = DeploymentSets.isRolling(deployment);
        if (!isRolling && !rollout.empty(old)) {
            return;
        }
        var set = current.or(() -> create(deployment, rollout, old));
        set.ifPresent(found -> {
            sets.noteRevision(deployment, found, old);
            if (isRolling) {
                rollout.roll(found, old);
            } else {
                sets.scale(deployment, found, DeploymentSets.wanted(deployment));
            }
        });
    }

    private Optional<ObjectNode> create(ObjectNode deployment, Rollout rollout, List<ObjectNode> old) {
        var created = sets.create(deployment, old, rollout.firstSize(old));
        if (created.isEmpty()) {
            cluster.modify(Cluster.key(Kinds.DEPLOYMENTS, deployment), "status", live -> {
                var status = Trees.ensure(live, "status");
                status.put(
                        "collisionCount",
                        1 + Trees.at(deployment, "status", "collisionCount").asInt());
                return live;
            });
        }
        return created;
    }

    private static boolean isPaused(JsonNode deployment) {
        return Trees.at(deployment, "spec", "paused").asBoolean();
    }

    private Outcome writeStatus(ObjectKey key, ObjectNode deployment) {
        var all = cluster.owned(deployment, Kinds.REPLICA_SETS);
        var current =
                all.stream().filter(set -> DeploymentSets.isOf(set, deployment)).findFirst();
        var wait = new AtomicReference<Optional<Duration>>(Optional.empty());
        boolean waits = simulated.writeStatusOrWait(key, status -> {
            var counts = Counts.of(all, current);
            var before = Counts.in(status);
            boolean isComplete = counts.isComplete(DeploymentSets.wanted(deployment));
            boolean isObserved =
                    generation(deployment) <= status.path("observedGeneration").asLong();
            counts.write(status);
            status.put("observedGeneration", generation(deployment));
            var progress = new DeploymentProgress(status, deployment, cluster.now());
            int least = DeploymentSets.wanted(deployment) - DeploymentSets.mostUnavailable(deployment);
            progress.noteAvailability(counts.available() >= least);
            progress.noteFailures(all);
            progress.notePause(isPaused(deployment));
            wait.set(Optional.empty());
            if (current.isPresent() && !isPaused(deployment)) {
                boolean hasMoved = !isObserved || counts.isAheadOf(before);
                progress.noteProgress(Trees.name(current.get()), isComplete, hasMoved);
                wait.set(isComplete ? Optional.empty() : progress.untilDeadline());
            }
        });
        if (waits) {
            return Outcome.again(simulated.delay().plusSeconds(1));
        }
        return wait.get().map(Outcome::again).orElse(Outcome.done());
    }

    private static long generation(JsonNode deployment) {
        return Trees.at(deployment, "metadata", "generation").asLong();
    }

    /** The pods of a Deployment, counted. */
    private record Counts(int total, int updated, int ready, int available) {
        static Counts of(List<ObjectNode> sets, Optional<ObjectNode> current) {
            return new Counts(
                    DeploymentSets.sum(sets, "status", "replicas"),
                    current.map(set -> DeploymentSets.replicas(set, "status", "replicas"))
                            .orElse(0),
                    DeploymentSets.sum(sets, "status", "readyReplicas"),
                    DeploymentSets.sum(sets, "status", "availableReplicas"));
        }

        static Counts in(JsonNode status) {
            return new Counts(
                    status.path("replicas").asInt(),
                    status.path("updatedReplicas").asInt(),
                    status.path("readyReplicas").asInt(),
                    status.path("availableReplicas").asInt());
        }

        void write(ObjectNode status) {
            status.put("replicas", total)
                    .put("updatedReplicas", updated)
                    .put("readyReplicas", ready)
                    .put("availableReplicas", available)
                    .put("unavailableReplicas", Math.max(0, total - available));
        }

        boolean isComplete(int wanted) {
            return updated == wanted && total == wanted && available == wanted;
        }

        boolean isAheadOf(Counts before) {
            return updated > before.updated
                    || total - updated < before.total - before.updated
                    || ready > before.ready
                    || available > before.available;
        }
    }
}
