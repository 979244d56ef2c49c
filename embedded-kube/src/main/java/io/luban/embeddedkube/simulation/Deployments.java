package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rolls Deployments out: one ReplicaSet per pod template; a new one is filled, and once its pods are ready the old ones
 * are emptied. Helm and kubectl judge a Deployment by exactly these ReplicaSets.
 */
final class Deployments implements Controller {
    private static final String HASH = "pod-template-hash";
    private static final String REVISION = "deployment.kubernetes.io/revision";

    private final Simulated simulated;
    private final Cluster cluster;

    Deployments(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
    }

    @Override
    public String name() {
        return "simulated-deployments";
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
        boolean waits = simulated
                .find(key)
                .map(deployment -> reconcile(key, deployment))
                .orElse(false);
        return waits ? Outcome.again(simulated.delay().plusSeconds(1)) : Outcome.done();
    }

    private boolean reconcile(ObjectKey key, ObjectNode deployment) {
        var sets = cluster.owned(deployment, Kinds.REPLICA_SETS);
        var current = sets.stream().filter(set -> isOf(set, deployment)).findFirst();
        var old = sets.stream().filter(set -> !isOf(set, deployment)).toList();
        if (current.isEmpty() && !isPaused(deployment) && mayBegin(deployment, old)) {
            current = createSet(deployment, old);
        }
        current.ifPresent(set -> bringForward(deployment, set, old));
        if (current.isEmpty() && !isPaused(deployment)) {
            old.forEach(set -> scale(set, 0));
        }
        prune(deployment, old);
        return writeStatus(key, deployment, current);
    }

    private static boolean isPaused(JsonNode deployment) {
        return Trees.at(deployment, "spec", "paused").asBoolean();
    }

    /** Recreate waits until nothing of the old template is left. */
    private static boolean mayBegin(JsonNode deployment, List<ObjectNode> old) {
        return !Trees.text(deployment, "spec", "strategy", "type").equals("Recreate")
                || old.stream().allMatch(set -> replicas(set, "status", "replicas") == 0);
    }

    private void bringForward(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        int wanted = wanted(deployment);
        scale(current, wanted);
        noteRevision(deployment, current, old);
        if (!isPaused(deployment) && replicas(current, "status", "readyReplicas") >= wanted) {
            old.forEach(set -> scale(set, 0));
        }
    }

    private Optional<ObjectNode> createSet(ObjectNode deployment, List<ObjectNode> old) {
        var template = Trees.at(deployment, "spec", "template");
        var hash = TemplateHash.of(template);
        var labelled = (ObjectNode) template.deepCopy();
        Trees.ensure(labelled, "metadata", "labels").put(HASH, hash);
        var selector = (ObjectNode) Trees.at(deployment, "spec", "selector").deepCopy();
        Trees.ensure(selector, "matchLabels").put(HASH, hash);
        var spec = Json.object().put("replicas", wanted(deployment));
        spec.set("selector", selector);
        spec.set("template", labelled);
        var minReady = Trees.at(deployment, "spec", "minReadySeconds").asInt();
        if (minReady > 0) {
            spec.put("minReadySeconds", minReady);
        }
        var draft = Draft.of("apps/v1", "ReplicaSet", Trees.namespace(deployment), Trees.name(deployment) + "-" + hash)
                .labels(Trees.labels(labelled))
                .controlledBy(deployment)
                .with("spec", spec);
        Simulated.inheritedAnnotations(deployment).forEach(draft::annotation);
        draft.annotation(REVISION, Long.toString(1 + highestRevision(old)))
                .annotation("deployment.kubernetes.io/desired-replicas", Integer.toString(wanted(deployment)))
                .annotation("deployment.kubernetes.io/max-replicas", Integer.toString(mostReplicas(deployment)));
        return cluster.create(Kinds.REPLICA_SETS, draft.json());
    }

    private void scale(ObjectNode set, int replicas) {
        if (replicas(set, "spec", "replicas") != replicas) {
            cluster.modify(Cluster.key(Kinds.REPLICA_SETS, set), "", live -> {
                Trees.ensure(live, "spec").put("replicas", replicas);
                Trees.ensure(live, "metadata", "annotations")
                        .put("deployment.kubernetes.io/desired-replicas", Integer.toString(replicas));
                return live;
            });
        }
    }

    /** Going back to an earlier template makes its ReplicaSet the newest revision. */
    private void noteRevision(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        long revision = revision(current);
        if (revision <= highestRevision(old)) {
            revision = 1 + highestRevision(old);
            var text = Long.toString(revision);
            cluster.modify(Cluster.key(Kinds.REPLICA_SETS, current), "", live -> {
                Trees.ensure(live, "metadata", "annotations").put(REVISION, text);
                return live;
            });
        }
        var text = Long.toString(revision);
        if (!Trees.annotation(deployment, REVISION).equals(text)) {
            cluster.modify(Cluster.key(Kinds.DEPLOYMENTS, deployment), "status", live -> {
                Trees.ensure(live, "metadata", "annotations").put(REVISION, text);
                return live;
            });
        }
    }

    private void prune(ObjectNode deployment, List<ObjectNode> old) {
        int kept = Trees.at(deployment, "spec", "revisionHistoryLimit").asInt(10);
        old.stream()
                .filter(set -> replicas(set, "spec", "replicas") == 0 && replicas(set, "status", "replicas") == 0)
                .sorted(Comparator.comparingLong(Deployments::revision).reversed())
                .skip(kept)
                .forEach(set -> cluster.delete(Cluster.key(Kinds.REPLICA_SETS, set), Trees.uid(set)));
    }

    private boolean writeStatus(ObjectKey key, ObjectNode deployment, Optional<ObjectNode> current) {
        var sets = cluster.owned(deployment, Kinds.REPLICA_SETS);
        int total = sum(sets, "replicas");
        int available = sum(sets, "availableReplicas");
        int ready = sum(sets, "readyReplicas");
        int updated = current.map(set -> Cluster.key(Kinds.REPLICA_SETS, set))
                .flatMap(cluster::get)
                .map(set -> replicas(set, "status", "replicas"))
                .orElse(0);
        int wanted = wanted(deployment);
        boolean isAvailable = available >= wanted - mostUnavailable(deployment);
        boolean isComplete = updated == wanted && total == wanted && available == wanted;
        long generation = Trees.at(deployment, "metadata", "generation").asLong();
        return simulated.writeStatusOrWait(key, status -> {
            status.put("observedGeneration", generation);
            put(status, "replicas", total);
            put(status, "updatedReplicas", updated);
            put(status, "readyReplicas", ready);
            put(status, "availableReplicas", available);
            put(status, "unavailableReplicas", Math.max(0, wanted - available));
            set(status, available(isAvailable));
            current.ifPresent(set -> set(status, progressing(isComplete, Trees.name(set))));
        });
    }

    private static Condition available(boolean holds) {
        return holds
                ? new Condition("Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.")
                : new Condition(
                        "Available",
                        false,
                        "MinimumReplicasUnavailable",
                        "Deployment does not have minimum availability.");
    }

    private static Condition progressing(boolean isComplete, String set) {
        return isComplete
                ? new Condition(
                        "Progressing",
                        true,
                        "NewReplicaSetAvailable",
                        "ReplicaSet \"" + set + "\" has successfully progressed.")
                : new Condition("Progressing", true, "ReplicaSetUpdated", "ReplicaSet \"" + set + "\" is progressing.");
    }

    private void set(ObjectNode status, Condition condition) {
        Conditions.set(status, condition, cluster.now());
        for (var item : status.path("conditions")) {
            if (!item.hasNonNull("lastUpdateTime")) {
                ((ObjectNode) item).set("lastUpdateTime", item.path("lastTransitionTime"));
            }
        }
    }

    private static void put(ObjectNode status, String member, int value) {
        if (value == 0) {
            status.remove(member);
        } else {
            status.put(member, value);
        }
    }

    private static boolean isOf(JsonNode set, JsonNode deployment) {
        var template = (ObjectNode) Trees.at(set, "spec", "template").deepCopy();
        var labels = Trees.ensure(template, "metadata", "labels");
        labels.remove(HASH);
        if (labels.isEmpty()) {
            Trees.ensure(template, "metadata").remove("labels");
        }
        return template.equals(Trees.at(deployment, "spec", "template"));
    }

    private static int wanted(JsonNode deployment) {
        return Trees.at(deployment, "spec", "replicas").asInt(1);
    }

    private static int mostReplicas(JsonNode deployment) {
        return wanted(deployment) + Share.roundedUp(rolling(deployment, "maxSurge"), wanted(deployment));
    }

    private static int mostUnavailable(JsonNode deployment) {
        return Share.roundedDown(rolling(deployment, "maxUnavailable"), wanted(deployment));
    }

    private static JsonNode rolling(JsonNode deployment, String member) {
        return Trees.at(deployment, "spec", "strategy", "rollingUpdate", member);
    }

    private static int replicas(JsonNode set, String part, String member) {
        return Trees.at(set, part, member).asInt();
    }

    private static int sum(List<ObjectNode> sets, String member) {
        return sets.stream().mapToInt(set -> replicas(set, "status", member)).sum();
    }

    private static long revision(JsonNode set) {
        var text = Trees.annotation(set, REVISION);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static long highestRevision(List<ObjectNode> sets) {
        return sets.stream().mapToLong(Deployments::revision).max().orElse(0);
    }
}
