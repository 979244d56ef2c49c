package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ReplicaSets of Deployments: how they are made, told apart, numbered and sized. */
final class DeploymentSets {
    static final String REVISION = "deployment.kubernetes.io/revision";

    private static final String HASH = "pod-template-hash";
    private static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    private static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    private static final String MOST = "deployment.kubernetes.io/max-replicas";

    private final Cluster cluster;
    private final EventRecorder.Source events;

    DeploymentSets(Simulated simulated) {
        this.cluster = simulated.cluster();
        this.events = simulated.events("deployment-controller");
    }

    /** Creates the ReplicaSet of the template; empty when its name is taken by a stranger. */
    Optional<ObjectNode> create(ObjectNode deployment, List<ObjectNode> old, int replicas) {
        var template = Trees.at(deployment, "spec", "template");
        int collisions = Trees.at(deployment, "status", "collisionCount").asInt();
        var hash = TemplateHash.of(template, collisions);
        var labelled = (ObjectNode) template.deepCopy();
        Trees.ensure(labelled, "metadata", "labels").put(HASH, hash);
        var selector = (ObjectNode) Trees.at(deployment, "spec", "selector").deepCopy();
        Trees.ensure(selector, "matchLabels").put(HASH, hash);
        var spec = Json.object().put("replicas", replicas);
        spec.set("selector", selector);
        spec.set("template", labelled);
        int minReady = Trees.at(deployment, "spec", "minReadySeconds").asInt();
        if (minReady > 0) {
            spec.put("minReadySeconds", minReady);
        }
        var name = Trees.name(deployment) + "-" + hash;
        var draft = Draft.of("apps/v1", "ReplicaSet", Trees.namespace(deployment), name)
                .labels(Trees.labels(labelled))
                .controlledBy(deployment)
                .with("spec", spec);
        Simulated.inheritedAnnotations(deployment).forEach(draft::annotation);
        if (Simulated.mustFail(deployment)) {
            draft.annotation(Simulated.FAILURE, "true");
        }
        draft.annotation(REVISION, Long.toString(1 + highestRevision(old)))
                .annotation(DESIRED, Integer.toString(wanted(deployment)))
                .annotation(MOST, Integer.toString(mostReplicas(deployment)));
        var created = cluster.create(Kinds.REPLICA_SETS, draft.json());
        if (created.isPresent() && replicas > 0) {
            tellScaled(deployment, name, 0, replicas);
        }
        return created;
    }

    /** Sizes a ReplicaSet and notes the size of its Deployment on it; answers the new state. */
    ObjectNode scale(ObjectNode deployment, ObjectNode set, int replicas) {
        int before = replicas(set, "spec", "replicas");
        var desired = Integer.toString(wanted(deployment));
        var most = Integer.toString(mostReplicas(deployment));
        if (before == replicas
                && Trees.annotation(set, DESIRED).equals(desired)
                && Trees.annotation(set, MOST).equals(most)) {
            return set;
        }
        var written = cluster.modify(Cluster.key(Kinds.REPLICA_SETS, set), "", live -> {
            Trees.ensure(live, "spec").put("replicas", replicas);
            Trees.ensure(live, "metadata", "annotations").put(DESIRED, desired).put(MOST, most);
            return live;
        });
        if (written.isPresent() && before != replicas) {
            tellScaled(deployment, Trees.name(set), before, replicas);
        }
        return written.orElse(set);
    }

    private void tellScaled(ObjectNode deployment, String set, int before, int after) {
        events.normal(
                deployment,
                "ScalingReplicaSet",
                "Scaled %s replica set %s from %d to %d".formatted(after > before ? "up" : "down", set, before, after));
    }

    /** Going back to an earlier template makes its ReplicaSet the newest revision. */
    void noteRevision(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        long revision = Math.max(revision(current), 1 + highestRevision(old));
        var text = Long.toString(revision);
        var inherited = Simulated.inheritedAnnotations(deployment);
        boolean isNoted = Trees.annotation(current, REVISION).equals(text)
                && inherited.entrySet().stream()
                        .allMatch(entry ->
                                Trees.annotation(current, entry.getKey()).equals(entry.getValue()))
                && Trees.at(current, "spec", "minReadySeconds").asInt()
                        == Trees.at(deployment, "spec", "minReadySeconds").asInt();
        if (!isNoted) {
            cluster.modify(
                    Cluster.key(Kinds.REPLICA_SETS, current),
                    "",
                    live -> renumbered(live, deployment, text, inherited));
        }
        if (!Trees.annotation(deployment, REVISION).equals(text)) {
            cluster.modify(Cluster.key(Kinds.DEPLOYMENTS, deployment), "status", live -> {
                Trees.ensure(live, "metadata", "annotations").put(REVISION, text);
                return live;
            });
        }
    }

    private static ObjectNode renumbered(
            ObjectNode live, ObjectNode deployment, String revision, Map<String, String> inherited) {
        var annotations = Trees.ensure(live, "metadata", "annotations");
        inherited.forEach(annotations::put);
        var before = Trees.text(annotations, REVISION);
        if (!before.isEmpty() && !before.equals(revision)) {
            var history = Trees.text(annotations, REVISION_HISTORY);
            annotations.put(REVISION_HISTORY, history.isEmpty() ? before : history + "," + before);
        }
        annotations.put(REVISION, revision);
        int minReady = Trees.at(deployment, "spec", "minReadySeconds").asInt();
        if (minReady > 0) {
            Trees.ensure(live, "spec").put("minReadySeconds", minReady);
        } else {
            Trees.ensure(live, "spec").remove("minReadySeconds");
        }
        return live;
    }

    /** Deletes empty ReplicaSets beyond the history that is to be kept, oldest first. */
    void prune(ObjectNode deployment, List<ObjectNode> old) {
        int kept = Trees.at(deployment, "spec", "revisionHistoryLimit").asInt(10);
        old.stream()
                .filter(set -> replicas(set, "spec", "replicas") == 0
                        && replicas(set, "status", "replicas") == 0
                        && Trees.at(set, "metadata", "generation").asLong()
                                <= Trees.at(set, "status", "observedGeneration").asLong()
                        && !Trees.isTerminating(set))
                .sorted(Comparator.comparingLong(DeploymentSets::revision).reversed())
                .skip(kept)
                .forEach(set -> cluster.delete(Cluster.key(Kinds.REPLICA_SETS, set), Trees.uid(set)));
    }

    static boolean isOf(JsonNode set, JsonNode deployment) {
        var template = (ObjectNode) Trees.at(set, "spec", "template").deepCopy();
        var labels = Trees.ensure(template, "metadata", "labels");
        var wanted = (ObjectNode) Trees.at(deployment, "spec", "template").deepCopy();
        var wantedLabels = Trees.ensure(wanted, "metadata", "labels");
        labels.remove(HASH);
        wantedLabels.remove(HASH);
        return template.equals(wanted);
    }

    /** Whether the Deployment was resized since its ReplicaSets were. */
    static boolean isResized(JsonNode deployment, List<ObjectNode> sets) {
        return sets.stream()
                .filter(set -> replicas(set, "spec", "replicas") > 0)
                .map(set -> Trees.annotation(set, DESIRED))
                .anyMatch(desired -> !desired.isEmpty() && !desired.equals(Integer.toString(wanted(deployment))));
    }

    static int wanted(JsonNode deployment) {
        return Trees.at(deployment, "spec", "replicas").asInt(1);
    }

    static boolean isRolling(JsonNode deployment) {
        return !Trees.text(deployment, "spec", "strategy", "type").equals("Recreate");
    }

    static int mostReplicas(JsonNode deployment) {
        int surge = isRolling(deployment) ? Share.roundedUp(rolling(deployment, "maxSurge"), wanted(deployment)) : 0;
        return wanted(deployment) + surge;
    }

    static int mostUnavailable(JsonNode deployment) {
        int wanted = wanted(deployment);
        if (!isRolling(deployment) || wanted == 0) {
            return 0;
        }
        int share = Math.min(wanted, Share.roundedDown(rolling(deployment, "maxUnavailable"), wanted));
        // with neither more nor fewer pods than wanted nothing could ever be replaced
        return share == 0 && mostReplicas(deployment) == wanted ? 1 : share;
    }

    private static JsonNode rolling(JsonNode deployment, String member) {
        return Trees.at(deployment, "spec", "strategy", "rollingUpdate", member);
    }

    static int replicas(JsonNode set, String part, String member) {
        return Trees.at(set, part, member).asInt();
    }

    static int sum(List<ObjectNode> sets, String part, String member) {
        return sets.stream().mapToInt(set -> replicas(set, part, member)).sum();
    }

    private static long revision(JsonNode set) {
        var text = Trees.annotation(set, REVISION);
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static long highestRevision(List<ObjectNode> sets) {
        return sets.stream().mapToLong(DeploymentSets::revision).max().orElse(0);
    }
}
