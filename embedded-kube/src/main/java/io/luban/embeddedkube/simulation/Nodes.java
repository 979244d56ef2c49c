package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Registers as many simulated nodes as are wanted and takes away surplus ones with their pods; renews their Leases, marks
 * cordoned ones, and removes pods that do not tolerate a taint.
 */
final class Nodes implements Controller {
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final Duration RENEWAL = Duration.ofSeconds(10);

    private final Simulated simulated;
    private final Cluster cluster;
    private final int wanted;
    private final EventRecorder.Source events;
    private final Set<String> registered = ConcurrentHashMap.newKeySet();

    Nodes(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.wanted = simulated.settings().enabled() ? simulated.settings().nodes() : 0;
        this.events = simulated.events("node-controller");
    }

    @Override
    public String name() {
        return "simulated-nodes";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.NODES) || resource.equals(Kinds.NAMESPACES) || resource.equals(Kinds.PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(Kinds.NAMESPACES)) {
            if (key.name().equals(LEASE_NAMESPACE)) {
                for (int i = 0; i < wanted; i++) {
                    queue.accept(node(i));
                }
            }
        } else if (key.resource().equals(Kinds.NODES)) {
            queue.accept(key);
        } else if (wanted > 0 && event.type() == Event.Type.MODIFIED) {
            var name = Trees.text(event.object().tree(), "spec", "nodeName");
            if (name.startsWith(Simulated.NODE + "-")) {
                queue.accept(key);
            }
        }
    }

    private static ObjectKey node(int number) {
        return new ObjectKey(Kinds.NODES, "", Simulated.NODE + "-" + number);
    }

    private boolean isWanted(ObjectKey key) {
        for (int i = 0; i < wanted; i++) {
            if (key.equals(node(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        if (key.resource().equals(Kinds.PODS)) {
            cluster.get(key)
                    .ifPresent(pod -> cluster.get(Kinds.NODES, "", Trees.text(pod, "spec", "nodeName"))
                            .ifPresentOrElse(node -> evictIntolerant(pod, node), () -> delete(pod)));
            return Outcome.done();
        }
        var found = cluster.get(key);
        if (isWanted(key)) {
            return keep(key, found.isPresent());
        }
        found.filter(node -> Trees.labels(node).containsKey(Simulated.MARK) && !Trees.isTerminating(node))
                .ifPresent(node -> cluster.delete(key, Trees.uid(node)));
        if (cluster.get(key).isEmpty()) {
            deletePods(key.name());
        }
        return Outcome.done();
    }

    /** A node that a user deletes stays away until the next start, as one whose kubelet stopped would. */
    private Outcome keep(ObjectKey key, boolean isThere) {
        boolean isFirst = registered.add(key.name());
        if (!isThere && !isFirst) {
            deletePods(key.name());
            return Outcome.done();
        }
        if (!isThere) {
            cluster.create(Kinds.NODES, NodeObjects.node(key.name(), cluster.now()));
        }
        var node = cluster.get(key);
        if (node.isEmpty()) {
            return Outcome.done();
        }
        if (isFirst) {
            simulated.writeStatus(key, status -> NodeObjects.fillStatus(status, key.name(), cluster.now()));
            events.normal(
                    node.get(),
                    "RegisteredNode",
                    "Node %s event: Registered Node %1$s in Controller".formatted(key.name()));
        }
        markCordon(key, node.get());
        if (!Trees.at(node.get(), "spec", "taints").isEmpty()) {
            cluster.store().snapshot(Kinds.PODS).all().forEach(pod -> evictIntolerant(pod.tree(), node.get()));
        }
        renewLease(node.get());
        return Outcome.again(RENEWAL);
    }

    private void markCordon(ObjectKey key, ObjectNode node) {
        boolean isCordoned = Trees.at(node, "spec", "unschedulable").asBoolean();
        if (isCordoned == hasCordonTaint(node)) {
            return;
        }
        cluster.modify(key, "", live -> {
            var spec = Trees.ensure(live, "spec");
            var taints = Trees.ensureArray(spec, "taints");
            taints.removeIf(Nodes::isCordonTaint);
            if (Trees.at(live, "spec", "unschedulable").asBoolean()) {
                taints.addObject()
                        .put("key", NodeFit.UNSCHEDULABLE)
                        .put("effect", "NoSchedule")
                        .put("timeAdded", Trees.time(cluster.now()));
            }
            if (taints.isEmpty()) {
                spec.remove("taints");
            }
            return live;
        });
    }

    private static boolean hasCordonTaint(JsonNode node) {
        if (Trees.at(node, "spec", "taints") instanceof ArrayNode taints) {
            for (var taint : taints) {
                if (isCordonTaint(taint)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isCordonTaint(JsonNode taint) {
        return Trees.text(taint, "key").equals(NodeFit.UNSCHEDULABLE);
    }

    private void evictIntolerant(ObjectNode pod, ObjectNode node) {
        if (Trees.text(pod, "spec", "nodeName").equals(Trees.name(node))
                && !Trees.isTerminating(pod)
                && NodeFit.untolerated(pod, node, Set.of("NoExecute")).isPresent()) {
            events.normal(
                    pod,
                    "TaintManagerEviction",
                    "Marking for deletion Pod %s/%s".formatted(Trees.namespace(pod), Trees.name(pod)));
            delete(pod);
        }
    }

    private void deletePods(String node) {
        if (!node.startsWith(Simulated.NODE + "-")) {
            return;
        }
        for (var pod : cluster.store().snapshot(Kinds.PODS).all()) {
            var tree = pod.tree();
            if (Trees.text(tree, "spec", "nodeName").equals(node)) {
                delete(tree);
            }
        }
    }

    private void delete(ObjectNode pod) {
        cluster.delete(Cluster.key(Kinds.PODS, pod), Trees.uid(pod));
    }

    private void renewLease(ObjectNode node) {
        var key = new ObjectKey(Kinds.LEASES, LEASE_NAMESPACE, Trees.name(node));
        if (cluster.get(key).isEmpty()) {
            cluster.create(Kinds.LEASES, NodeObjects.lease(node, cluster.now()));
            return;
        }
        cluster.modify(key, "", live -> {
            Trees.ensure(live, "spec").put("renewTime", NodeObjects.micros(cluster.now()));
            return live;
        });
    }
}
