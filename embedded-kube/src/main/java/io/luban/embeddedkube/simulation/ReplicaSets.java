package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps as many pods as a ReplicaSet, or a ReplicationController, asks for. */
final class ReplicaSets implements Controller {
    private final Simulated simulated;
    private final GroupResource kind;

    ReplicaSets(Simulated simulated, GroupResource kind) {
        this.simulated = simulated;
        this.kind = kind;
    }

    @Override
    public String name() {
        return "simulated-" + kind.resource();
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
        simulated.find(key).ifPresent(set -> reconcile(key, set));
        return Outcome.done();
    }

    private void reconcile(ObjectKey key, ObjectNode set) {
        int wanted = Trees.at(set, "spec", "replicas").asInt(1);
        var pods = activePods(set);
        for (int i = pods.size(); i < wanted; i++) {
            var template = Trees.at(set, "spec", "template");
            simulated.cluster().create(Kinds.PODS, Simulated.pod(set, template, Trees.name(set) + "-", Map.of()));
        }
        pods.stream()
                .sorted(Comparator.comparing((JsonNode pod) -> Conditions.isTrue(pod, "Ready"))
                        .thenComparing(
                                pod -> Trees.text(pod, "metadata", "creationTimestamp"), Comparator.reverseOrder()))
                .limit(Math.max(0, pods.size() - wanted))
                .forEach(pod -> simulated.cluster().delete(Cluster.key(Kinds.PODS, pod), Trees.uid(pod)));
        var now = activePods(set);
        int ready = (int)
                now.stream().filter(pod -> Conditions.isTrue(pod, "Ready")).count();
        long generation = Trees.at(set, "metadata", "generation").asLong();
        simulated.writeStatus(key, status -> {
            status.put("replicas", now.size());
            status.put("fullyLabeledReplicas", now.size());
            status.put("readyReplicas", ready);
            status.put("availableReplicas", ready);
            status.put("observedGeneration", generation);
        });
    }

    private List<ObjectNode> activePods(ObjectNode set) {
        return simulated.cluster().owned(set, Kinds.PODS).stream()
                .filter(pod -> !Trees.isTerminating(pod) && !Simulated.isFinished(pod))
                .toList();
    }
}
