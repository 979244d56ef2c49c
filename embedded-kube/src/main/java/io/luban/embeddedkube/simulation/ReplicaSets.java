package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps as many pods as a ReplicaSet, or a ReplicationController, asks for. */
final class ReplicaSets implements Controller {
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    private final Simulated simulated;
    private final GroupResource kind;
    private final PodCreation creation;

    ReplicaSets(Simulated simulated, GroupResource kind) {
        this.simulated = simulated;
        this.kind = kind;
        var component = kind.equals(Kinds.REPLICA_SETS) ? "replicaset-controller" : "replication-controller";
        this.creation = new PodCreation(simulated.cluster(), simulated.events(component));
    }

    @Override
    public String name() {
        return "workload-" + kind.resource();
    }

    @Override
    public int workers() {
        return Simulated.WORKERS;
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(kind) || resource.equals(Kinds.PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        simulated.observe(kind, event, queue);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated.find(key).map(set -> reconcile(key, set)).orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode set) {
        int wanted = Trees.at(set, "spec", "replicas").asInt(1);
        var pods = activePods(set);
        Optional<ApiException> failure = Optional.empty();
        if (pods.size() < wanted) {
            var template = Trees.at(set, "spec", "template");
            failure = creation.create(
                    set, wanted - pods.size(), () -> Simulated.pod(set, template, Trees.name(set) + "-", Map.of()));
        } else if (pods.size() > wanted) {
            creation.delete(
                    set,
                    pods.stream()
                            .sorted(leastMissed())
                            .limit(pods.size() - wanted)
                            .toList());
        }
        var now = activePods(set);
        var readiness = Readiness.of(now, set, simulated.cluster().now());
        writeStatus(key, set, now, readiness, failure);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return readiness.untilNext().map(Outcome::again).orElse(Outcome.done());
    }

    private void writeStatus(
            ObjectKey key, ObjectNode set, List<ObjectNode> pods, Readiness readiness, Optional<ApiException> failure) {
        long generation = Trees.at(set, "metadata", "generation").asLong();
        var template = LabelSelector.ofLabels(Trees.at(set, "spec", "template", "metadata", "labels"));
        int labelled = (int)
                pods.stream().filter(pod -> template.matches(Trees.labels(pod))).count();
        simulated.writeStatus(key, status -> {
            status.put("replicas", pods.size());
            status.put("fullyLabeledReplicas", labelled);
            status.put("readyReplicas", readiness.ready());
            status.put("availableReplicas", readiness.available());
            status.put("observedGeneration", generation);
            noteFailure(status, failure);
        });
    }

    private void noteFailure(ObjectNode status, Optional<ApiException> failure) {
        if (failure.isPresent()) {
            if (Conditions.holds(status, "ReplicaFailure")) {
                // each try fails with the name of another pod: to tell that would be a change that asks for the next
                // try
                return;
            }
            var message = failure.get().status().message();
            Conditions.set(
                    status,
                    new Condition("ReplicaFailure", true, "FailedCreate", message),
                    simulated.cluster().now());
        } else if (status.get("conditions") instanceof ArrayNode conditions) {
            conditions.removeIf(condition -> Trees.text(condition, "type").equals("ReplicaFailure"));
            if (conditions.isEmpty()) {
                status.remove("conditions");
            }
        }
    }

    /** Pods that do least go first, then cheap ones, then young ones. */
    private static Comparator<ObjectNode> leastMissed() {
        return Comparator.comparing(
                        (ObjectNode pod) -> !Trees.text(pod, "spec", "nodeName").isEmpty())
                .thenComparing(pod -> Trees.text(pod, "status", "phase").equals("Running"))
                .thenComparing(pod -> Conditions.isTrue(pod, "Ready"))
                .thenComparingInt(ReplicaSets::deletionCost)
                .thenComparing(pod -> Trees.text(pod, "metadata", "creationTimestamp"), Comparator.reverseOrder());
    }

    private static int deletionCost(JsonNode pod) {
        var text = Trees.annotation(pod, DELETION_COST);
        return text.matches("-?[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    private List<ObjectNode> activePods(ObjectNode set) {
        var selector = kind.equals(Kinds.REPLICA_SETS)
                ? LabelSelector.of(Trees.at(set, "spec", "selector"))
                : LabelSelector.ofLabels(Trees.at(set, "spec", "selector"));
        return Dependents.of(simulated.cluster(), set, Kinds.PODS, selector).stream()
                .filter(Simulated::isActive)
                .toList();
    }
}
