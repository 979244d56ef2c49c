package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Counts for every PodDisruptionBudget how many of its pods may be evicted. */
final class DisruptionBudgets implements Controller {
    private static final Duration EVICTION_TAKES = Duration.ofMinutes(2);
    private static final Map<String, GroupResource> SCALED = Map.of(
            "ReplicaSet", Kinds.REPLICA_SETS,
            "StatefulSet", Kinds.STATEFUL_SETS,
            "ReplicationController", Kinds.REPLICATION_CONTROLLERS);

    private final Simulated simulated;
    private final Cluster cluster;
    private final EventRecorder.Source events;

    DisruptionBudgets(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.events = simulated.events("controllermanager");
    }

    @Override
    public String name() {
        return "workload-disruption-budgets";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.DISRUPTION_BUDGETS)
                || resource.equals(Kinds.PODS)
                || SCALED.containsValue(resource);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(Kinds.DISRUPTION_BUDGETS)) {
            queue.accept(key);
            return;
        }
        cluster.store()
                .snapshot(Kinds.DISRUPTION_BUDGETS)
                .inNamespace(key.namespace())
                .forEach((StoredObject budget) -> queue.accept(budget.key()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return cluster.get(key)
                .filter(budget -> !Trees.isTerminating(budget) && simulated.isControlled(budget))
                .map(budget -> write(key, budget))
                .orElse(Outcome.done());
    }

    private Outcome write(ObjectKey key, ObjectNode budget) {
        var pods = pods(budget);
        if (pods.isEmpty()) {
            events.normal(budget, "NoPods", "No matching pods found");
        }
        var now = cluster.now();
        var disrupted = disrupted(budget, pods, now);
        int healthy = (int) pods.stream()
                .filter(pod -> Conditions.isTrue(pod, "Ready")
                        && !Trees.isTerminating(pod)
                        && !disrupted.contains(Trees.name(pod)))
                .count();
        int expected = expected(budget, pods);
        int desired = desired(budget, expected);
        int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
        long generation = Trees.at(budget, "metadata", "generation").asLong();
        simulated.writeStatus(key, status -> {
            status.put("currentHealthy", healthy)
                    .put("desiredHealthy", desired)
                    .put("disruptionsAllowed", allowed)
                    .put("expectedPods", expected)
                    .put("observedGeneration", generation);
            if (status.get("disruptedPods") instanceof ObjectNode known) {
                known.retain(disrupted);
                if (known.isEmpty()) {
                    status.remove("disruptedPods");
                }
            }
            var reason = allowed > 0 ? "SufficientPods" : "InsufficientPods";
            Conditions.set(status, new Condition("DisruptionAllowed", allowed > 0, reason, ""), now);
            for (var condition : status.path("conditions")) {
                ((ObjectNode) condition).put("observedGeneration", generation);
            }
        });
        return disrupted.isEmpty() ? Outcome.done() : Outcome.again(EVICTION_TAKES);
    }

    private List<ObjectNode> pods(ObjectNode budget) {
        var selector = Trees.at(budget, "spec", "selector");
        var result = new ArrayList<ObjectNode>();
        if (!selector.isObject()) {
            return result;
        }
        var wanted = LabelSelector.of(selector);
        for (var pod : cluster.store().snapshot(Kinds.PODS).inNamespace(Trees.namespace(budget))) {
            if (wanted.matches(pod.labels())) {
                var tree = pod.tree();
                if (!Simulated.isFinished(tree)) {
                    result.add(tree);
                }
            }
        }
        return result;
    }

    /** Pods whose eviction was granted a moment ago and that are still there. */
    private static Set<String> disrupted(ObjectNode budget, List<ObjectNode> pods, Instant now) {
        var result = new HashSet<String>();
        var known = Trees.texts(Trees.at(budget, "status", "disruptedPods"));
        for (var pod : pods) {
            var since = known.get(Trees.name(pod));
            if (since != null
                    && !Trees.isTerminating(pod)
                    && Instant.parse(since).plus(EVICTION_TAKES).isAfter(now)) {
                result.add(Trees.name(pod));
            }
        }
        return result;
    }

    /** How many pods there should be: with a number as minimum those that are, else what their owners ask for. */
    private int expected(ObjectNode budget, List<ObjectNode> pods) {
        var minimum = Trees.at(budget, "spec", "minAvailable");
        boolean isPlainMinimum = minimum.isNumber();
        if (isPlainMinimum) {
            return pods.size();
        }
        var seen = new HashSet<String>();
        int result = 0;
        for (var pod : pods) {
            var owner = controller(pod);
            if (owner.isEmpty()) {
                result++;
            } else if (seen.add(Trees.uid(owner.get()))) {
                result += Trees.at(owner.get(), "spec", "replicas").asInt(1);
            }
        }
        return result;
    }

    private Optional<ObjectNode> controller(JsonNode pod) {
        for (var reference : Trees.at(pod, "metadata", "ownerReferences")) {
            var kind = SCALED.get(Trees.text(reference, "kind"));
            if (kind != null && reference.path("controller").asBoolean()) {
                return cluster.get(kind, Trees.namespace(pod), Trees.text(reference, "name"));
            }
        }
        return Optional.empty();
    }

    private static int desired(ObjectNode budget, int expected) {
        var minimum = Trees.at(budget, "spec", "minAvailable");
        if (!minimum.isMissingNode()) {
            return Share.roundedUp(minimum, expected);
        }
        var most = Trees.at(budget, "spec", "maxUnavailable");
        return Math.max(0, expected - Share.roundedUp(most, expected));
    }
}
