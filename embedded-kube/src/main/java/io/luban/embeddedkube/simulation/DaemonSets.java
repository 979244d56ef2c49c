package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Keeps one pod of a DaemonSet on every simulated node that it may run on; with no nodes it has what it wants. */
final class DaemonSets implements Controller {
    private static final List<String> TOLERATED = List.of(
            "node.kubernetes.io/not-ready NoExecute",
            "node.kubernetes.io/unreachable NoExecute",
            "node.kubernetes.io/disk-pressure NoSchedule",
            "node.kubernetes.io/memory-pressure NoSchedule",
            "node.kubernetes.io/pid-pressure NoSchedule",
            NodeFit.UNSCHEDULABLE + " NoSchedule");

    private final Simulated simulated;
    private final Cluster cluster;
    private final Revisions revisions;
    private final PodCreation creation;

    DaemonSets(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.revisions = new Revisions(cluster);
        this.creation = new PodCreation(cluster, simulated.events("daemonset-controller"));
    }

    @Override
    public String name() {
        return "workload-daemonsets";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.DAEMON_SETS) || resource.equals(Kinds.PODS) || resource.equals(Kinds.NODES);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        if (event.object().key().resource().equals(Kinds.NODES)) {
            cluster.store().snapshot(Kinds.DAEMON_SETS).all().forEach((StoredObject set) -> queue.accept(set.key()));
        } else {
            simulated.observe(Kinds.DAEMON_SETS, event, queue);
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated.find(key).map(set -> reconcile(key, set)).orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode set) {
        var revision = revisions.current(set, Kinds.DAEMON_SETS);
        var hash = Trees.labels(revision).getOrDefault(Revisions.LABEL, "");
        var nodes = new TreeMap<String, ObjectNode>();
        for (var node : cluster.store().snapshot(Kinds.NODES).all()) {
            var tree = node.tree();
            if (isWanted(set, tree)) {
                nodes.put(node.key().name(), tree);
            }
        }
        var pods = pods(set);
        removeSurplus(set, hash, nodes.keySet(), pods);
        var failure = addMissing(set, hash, nodes.keySet(), pods);
        if (failure.isEmpty()) {
            replaceOutdated(set, hash, nodes.keySet(), pods(set));
        }
        var readiness = writeStatus(key, set, hash, nodes.keySet());
        revisions.prune(set, Set.of(Trees.name(revision)));
        if (failure.isPresent()) {
            throw failure.get();
        }
        return readiness.untilNext().map(Outcome::again).orElse(Outcome.done());
    }

    private static boolean isWanted(ObjectNode set, ObjectNode node) {
        var pod = podFor(set, Trees.name(node), "");
        return Trees.labels(node).containsKey(Simulated.MARK)
                && !Trees.isTerminating(node)
                && NodeFit.problem(pod, node).isEmpty();
    }

    private List<ObjectNode> pods(ObjectNode set) {
        return Dependents.of(cluster, set, Kinds.PODS);
    }

    /** While pods are replaced by surging, a node may have one of the old and one of the new. */
    private void removeSurplus(ObjectNode set, String hash, Set<String> nodes, List<ObjectNode> pods) {
        boolean isSurging = DaemonSurge.most(set, nodes.size()) > 0;
        var seen = new HashMap<String, ObjectNode>();
        var surplus = new ArrayList<ObjectNode>();
        for (var pod : pods) {
            if (Trees.isTerminating(pod)) {
                continue;
            }
            var node = nodeOf(pod);
            var place = isSurging ? node + (isOf(pod, hash) ? " new" : " old") : node;
            if (!nodes.contains(node) || Simulated.isFinished(pod) || seen.putIfAbsent(place, pod) != null) {
                surplus.add(pod);
            }
        }
        if (!surplus.isEmpty()) {
            creation.delete(set, surplus);
        }
    }

    private Optional<ApiException> addMissing(ObjectNode set, String hash, Set<String> nodes, List<ObjectNode> pods) {
        var missing = new ArrayList<>(nodes);
        pods.forEach(pod -> missing.remove(nodeOf(pod)));
        return creation.create(
                set, missing.stream().map(node -> podFor(set, node, hash)).toList());
    }

    /** As many as may be missing at once are replaced, those that do not work first. */
    private void replaceOutdated(ObjectNode set, String hash, Set<String> nodes, List<ObjectNode> pods) {
        if (Trees.text(set, "spec", "updateStrategy", "type").equals("OnDelete")) {
            return;
        }
        int surge = DaemonSurge.most(set, nodes.size());
        if (surge > 0) {
            var step = DaemonSurge.plan(set, pods, pod -> isOf(pod, hash), surge, cluster.now());
            // what goes makes room, so that no more nodes than allowed ever have two
            creation.delete(set, step.replaced());
            creation.create(
                    set,
                    step.nodes().stream().map(node -> podFor(set, node, hash)).toList());
            return;
        }
        var rolling = Trees.at(set, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable");
        int most = rolling.isMissingNode() ? 1 : Math.max(1, Share.roundedUp(rolling, nodes.size()));
        var outdated = new ArrayList<ObjectNode>();
        int missing = nodes.size();
        for (var pod : pods) {
            boolean isAvailable = Readiness.isAvailable(pod, set, cluster.now());
            missing -= isAvailable ? 1 : 0;
            if (!isOf(pod, hash) && !Trees.isTerminating(pod)) {
                outdated.add(isAvailable ? outdated.size() : 0, pod);
            }
        }
        var gone = new ArrayList<ObjectNode>();
        int room = most - missing;
        for (var pod : outdated) {
            boolean isAvailable = Readiness.isAvailable(pod, set, cluster.now());
            if (!isAvailable || room-- > 0) {
                gone.add(pod);
            }
        }
        if (!gone.isEmpty()) {
            creation.delete(set, gone);
        }
    }

    private Readiness writeStatus(ObjectKey key, ObjectNode set, String hash, Set<String> nodes) {
        var oldest = new TreeMap<String, ObjectNode>();
        pods(set).stream()
                .filter(pod -> !Trees.isTerminating(pod) && nodes.contains(nodeOf(pod)))
                .sorted(Comparator.comparing(DaemonSurge::age))
                .forEach(pod -> oldest.putIfAbsent(nodeOf(pod), pod));
        var pods = List.copyOf(oldest.values());
        var readiness = Readiness.of(pods, set, cluster.now());
        int updated = (int) pods.stream().filter(pod -> isOf(pod, hash)).count();
        long generation = Trees.at(set, "metadata", "generation").asLong();
        simulated.writeStatus(
                key,
                status -> status.put("observedGeneration", generation)
                        .put("currentNumberScheduled", pods.size())
                        .put("desiredNumberScheduled", nodes.size())
                        .put("numberMisscheduled", 0)
                        .put("numberReady", readiness.ready())
                        .put("updatedNumberScheduled", updated)
                        .put("numberAvailable", readiness.available())
                        .put("numberUnavailable", nodes.size() - readiness.available()));
        return readiness;
    }

    private static boolean isOf(JsonNode pod, String hash) {
        return Trees.labels(pod).getOrDefault(Revisions.LABEL, "").equals(hash);
    }

    /** The node that a pod is on, or was made for. */
    static String nodeOf(JsonNode pod) {
        var node = Trees.text(pod, "spec", "nodeName");
        if (!node.isEmpty()) {
            return node;
        }
        return Trees.at(
                        pod,
                        "spec",
                        "affinity",
                        "nodeAffinity",
                        "requiredDuringSchedulingIgnoredDuringExecution",
                        "nodeSelectorTerms")
                .path(0)
                .path("matchFields")
                .path(0)
                .path("values")
                .path(0)
                .asText("");
    }

    private static ObjectNode podFor(ObjectNode set, String node, String hash) {
        var labels = Map.of(
                Revisions.LABEL,
                hash,
                "pod-template-generation",
                Trees.text(set, "metadata", "annotations", "deprecated.daemonset.template.generation"));
        var pod = Simulated.pod(set, Trees.at(set, "spec", "template"), Trees.name(set) + "-", labels);
        var spec = Trees.ensure(pod, "spec");
        var tolerations = Trees.ensureArray(spec, "tolerations");
        for (var tolerated : TOLERATED) {
            int space = tolerated.indexOf(' ');
            tolerations
                    .addObject()
                    .put("key", tolerated.substring(0, space))
                    .put("operator", "Exists")
                    .put("effect", tolerated.substring(space + 1));
        }
        var required = Trees.ensure(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        var terms = Trees.ensureArray(required, "nodeSelectorTerms");
        if (terms.isEmpty()) {
            terms.addObject();
        }
        for (var term : terms) {
            var field = Trees.ensureArray((ObjectNode) term, "matchFields").insertObject(0);
            field.put("key", "metadata.name").put("operator", "In");
            field.putArray("values").add(node);
        }
        return pod;
    }
}
