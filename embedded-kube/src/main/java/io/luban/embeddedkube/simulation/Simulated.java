package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** What the simulated controllers have in common: who takes part, how it is marked, how pods are made. */
record Simulated(Cluster cluster, Duration delay) {
    static final String MARK = "kube.luban.io/simulated";
    static final String FAILURE = "kube.luban.io/simulate-failure";
    static final String NODE = "sim-node";

    private static final String SWITCH = "kube.luban.io/simulate";
    private static final Set<String> NOT_INHERITED =
            Set.of("kubectl.kubernetes.io/last-applied-configuration", MARK, FAILURE, SWITCH);

    /** The object, unless it is gone, being deleted, or wants no simulation. */
    Optional<ObjectNode> find(ObjectKey key) {
        return cluster.get(key).filter(object -> !Trees.isTerminating(object) && takesPart(object));
    }

    /** Whether neither the object nor its namespace opted out. */
    boolean takesPart(JsonNode object) {
        if (Trees.annotation(object, SWITCH).equals("false")) {
            return false;
        }
        var namespace = Trees.namespace(object);
        return namespace.isEmpty()
                || cluster.get(Kinds.NAMESPACES, "", namespace)
                        .map(found -> !Trees.annotation(found, SWITCH).equals("false"))
                        .orElse(false);
    }

    static boolean mustFail(JsonNode object) {
        return Trees.annotation(object, FAILURE).equals("true");
    }

    /** Writes the status and marks the object. */
    void writeStatus(ObjectKey key, Consumer<ObjectNode> change) {
        cluster.modify(key, "status", live -> {
            Trees.ensure(live, "metadata", "annotations").put(MARK, "true");
            change.accept(Trees.ensure(live, "status"));
            return live;
        });
    }

    /**
     * The same for an object whose status others may set to try something out: theirs stays for the delay. Says whether
     * it has to be written later.
     */
    boolean writeStatusOrWait(ObjectKey key, Consumer<ObjectNode> change) {
        var waits = new AtomicBoolean();
        cluster.modify(key, "status", live -> {
            waits.set(isStatusOfOthers(live));
            if (!waits.get()) {
                Trees.ensure(live, "metadata", "annotations").put(MARK, "true");
                change.accept(Trees.ensure(live, "status"));
            }
            return live;
        });
        return waits.get();
    }

    /** Times of field ownership are whole seconds, hence one more. */
    private boolean isStatusOfOthers(JsonNode object) {
        var since = cluster.now().minus(delay).minusSeconds(1);
        for (var entry : Trees.at(object, "metadata", "managedFields")) {
            if (Trees.text(entry, "subresource").equals("status")
                    && !Trees.text(entry, "manager").equals(cluster.manager())
                    && Instant.parse(Trees.text(entry, "time")).isAfter(since)) {
                return true;
            }
        }
        return false;
    }

    /** Queues an object of the primary resource itself, and the primary owner of any other object. */
    void observe(GroupResource primary, Event event, Consumer<ObjectKey> queue) {
        var object = event.object();
        if (object.key().resource().equals(primary)) {
            queue.accept(object.key());
            return;
        }
        for (var uid : object.ownerUids()) {
            cluster.store()
                    .byUid(uid)
                    .map(owner -> owner.key())
                    .filter(owner -> owner.resource().equals(primary))
                    .ifPresent(queue);
        }
    }

    /** A pod from the template of its owner; {@code name} ends with a hyphen when a suffix is to be generated. */
    static ObjectNode pod(ObjectNode owner, JsonNode template, String name, Map<String, String> moreLabels) {
        var draft = Draft.of("v1", "Pod", Trees.namespace(owner), name)
                .labels(Trees.texts(Trees.at(template, "metadata", "labels")))
                .labels(moreLabels)
                .controlledBy(owner)
                .with("spec", template.path("spec").deepCopy());
        Trees.texts(Trees.at(template, "metadata", "annotations")).forEach(draft::annotation);
        if (mustFail(owner)) {
            draft.annotation(FAILURE, "true");
        }
        var pod = draft.json();
        if (name.endsWith("-")) {
            var metadata = Trees.ensure(pod, "metadata");
            metadata.remove("name");
            metadata.put("generateName", name);
        }
        return pod;
    }

    /** The annotations that a ReplicaSet takes over from its Deployment. */
    static Map<String, String> inheritedAnnotations(JsonNode object) {
        var annotations = Trees.texts(Trees.at(object, "metadata", "annotations"));
        annotations.keySet().removeAll(NOT_INHERITED);
        return annotations;
    }

    static boolean isFinished(JsonNode pod) {
        var phase = Trees.text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }
}
