package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Decides where pods go: to the node that does not exist, or to one of the simulated nodes. */
final class Placement {
    private final Store store;
    private final boolean hasNodes;
    private final Map<ObjectKey, Use> uses = new ConcurrentHashMap<>();

    Placement(Store store, boolean hasNodes) {
        this.store = store;
        this.hasNodes = hasNodes;
    }

    /** What comes of a look at a pod. */
    sealed interface Decision {}

    /** The pod goes to that node. */
    record On(String node) implements Decision {}

    /** The pod waits for these claims, which are to be bound for that node first. */
    record AfterClaims(String node, List<ObjectKey> claims) implements Decision {}

    /** The pod cannot go anywhere for now. */
    record Nowhere(String why) implements Decision {}

    /** What a pod takes of a node, as of a revision. */
    private record Use(long revision, Neighbours.Placed placed, Map<String, Quantity> requests) {
        String node() {
            return placed.node();
        }
    }

    Decision decide(JsonNode pod) {
        var claims = new ArrayList<ObjectKey>();
        var problem = problemOfClaims(pod, claims);
        if (problem.isPresent()) {
            return new Nowhere("0/%d nodes are available: %s.".formatted(Math.max(1, nodes().size()), problem.get()));
        }
        var node = hasNodes ? choose(pod) : new On(Simulated.NODE);
        return node instanceof On on && !claims.isEmpty() ? new AfterClaims(on.node(), claims) : node;
    }

    /** Fills in the claims that wait for the pod; answers what is wrong with one. */
    private Optional<String> problemOfClaims(JsonNode pod, List<ObjectKey> waiting) {
        for (var volume : Trees.at(pod, "spec", "volumes")) {
            var name = Trees.text(volume, "persistentVolumeClaim", "claimName");
            if (volume.has("ephemeral")) {
                name = Trees.name(pod) + "-" + Trees.text(volume, "name");
            }
            if (name.isEmpty()) {
                continue;
            }
            var key = new ObjectKey(Kinds.CLAIMS, Trees.namespace(pod), name);
            var claim = store.get(key).map(found -> found.tree());
            if (claim.isEmpty() || Trees.isTerminating(claim.get())) {
                var state = claim.isEmpty() ? "not found" : "is being deleted";
                return Optional.of("persistentvolumeclaim \"%s\" %s".formatted(name, state));
            }
            if (!Trees.text(claim.get(), "status", "phase").equals("Bound")) {
                if (!waitsForConsumer(store, claim.get())) {
                    return Optional.of("pod has unbound immediate PersistentVolumeClaims");
                }
                waiting.add(key);
            }
        }
        return Optional.empty();
    }

    /** Whether the class of a claim puts binding off until a pod uses it. */
    static boolean waitsForConsumer(Store store, JsonNode claim) {
        var name = Trees.text(claim, "spec", "storageClassName");
        return store.get(new ObjectKey(Kinds.STORAGE_CLASSES, "", name))
                .map(found -> Trees.text(found.tree(), "volumeBindingMode").equals("WaitForFirstConsumer"))
                .orElse(false);
    }

    private Decision choose(JsonNode pod) {
        var problems = new TreeMap<String, Integer>();
        var candidates = new ArrayList<ObjectNode>();
        var nodes = nodes();
        var counts = new HashMap<String, Integer>();
        var placed = new ArrayList<Neighbours.Placed>();
        var taken = taken(counts, placed);
        var labels = new HashMap<String, Map<String, String>>();
        nodes.forEach(node -> labels.put(Trees.name(node), Trees.labels(node)));
        var neighbours = new Neighbours(placed, labels);
        for (var node : nodes) {
            var problem = NodeFit.problem(pod, node)
                    .or(() -> shortage(pod, node, taken, counts))
                    .or(() -> neighbours.problem(pod, Trees.name(node)));
            if (problem.isEmpty()) {
                candidates.add(node);
            } else {
                problems.merge(problem.get(), 1, Integer::sum);
            }
        }
        return candidates.stream()
                .map(Trees::name)
                .min(Comparator.comparingInt((String name) -> counts.getOrDefault(name, 0))
                        .thenComparing(name -> name))
                .<Decision>map(On::new)
                .orElseGet(() -> new Nowhere("0/%d nodes are available: %s."
                        .formatted(
                                nodes.size(),
                                problems.entrySet().stream()
                                        .map(entry -> entry.getValue() + " " + entry.getKey())
                                        .collect(Collectors.joining(", ")))));
    }

    private static Optional<String> shortage(
            JsonNode pod, JsonNode node, Map<String, Map<String, Quantity>> taken, Map<String, Integer> counts) {
        var name = Trees.name(node);
        var room = Trees.at(node, "status", "allocatable");
        if (counts.getOrDefault(name, 0) >= room.path("pods").asInt(Integer.MAX_VALUE)) {
            return Optional.of("Too many pods");
        }
        for (var wanted : requests(pod).entrySet()) {
            var limit = Quantity.parse(room.path(wanted.getKey()).asText("0"));
            var used = taken.getOrDefault(name, Map.of()).getOrDefault(wanted.getKey(), Quantity.ZERO);
            if (wanted.getValue().signum() > 0 && used.plus(wanted.getValue()).compareTo(limit) > 0) {
                return Optional.of("Insufficient " + wanted.getKey());
            }
        }
        return Optional.empty();
    }

    /** What the pods of each node take together; pods that did not change since the last look are not read again. */
    private Map<String, Map<String, Quantity>> taken(Map<String, Integer> counts, List<Neighbours.Placed> placed) {
        var result = new HashMap<String, Map<String, Quantity>>();
        for (var pod : store.snapshot(Kinds.PODS).all()) {
            var use = uses.get(pod.key());
            if (use == null || use.revision() != pod.revision()) {
                use = use(pod.revision(), pod.tree());
                uses.put(pod.key(), use);
            }
            if (!use.node().isEmpty()) {
                counts.merge(use.node(), 1, Integer::sum);
                placed.add(use.placed());
                var sums = result.computeIfAbsent(use.node(), name -> new HashMap<>());
                use.requests().forEach((name, amount) -> sums.merge(name, amount, Quantity::plus));
            }
        }
        return result;
    }

    private static Use use(long revision, JsonNode pod) {
        var placed = Neighbours.Placed.of(pod);
        return new Use(revision, Simulated.isFinished(pod) ? placed.nowhere() : placed, requests(pod));
    }

    void forget(ObjectKey pod) {
        uses.remove(pod);
    }

    private static Map<String, Quantity> requests(JsonNode pod) {
        var result = new HashMap<String, Quantity>();
        for (var container : Trees.at(pod, "spec", "containers")) {
            Trees.texts(Trees.at(container, "resources", "requests"))
                    .forEach((name, amount) -> result.merge(name, Quantity.parse(amount), Quantity::plus));
        }
        return result;
    }

    private List<ObjectNode> nodes() {
        var result = new ArrayList<ObjectNode>();
        for (var node : store.snapshot(Kinds.NODES).all()) {
            if (node.labels().containsKey(Simulated.MARK)) {
                var tree = node.tree();
                if (!Trees.isTerminating(tree)) {
                    result.add(tree);
                }
            }
        }
        return result;
    }
}
