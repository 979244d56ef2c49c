package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.SimulationMark;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What the controllers of workloads have in common: who takes part, how it is marked, how pods are made.
 *
 * @param controlsAll whether workloads that opted out of the simulation still get their ReplicaSets, pods and the like
 */
record Simulated(Cluster cluster, SimulationSettings settings, EventRecorder recorder, boolean controlsAll) {
    static final String MARK = SimulationMark.NAME;
    static final String FAILURE = "kube.luban.io/simulate-failure";
    static final String NODE = "sim-node";
    static final int WORKERS = 8;

    private static final String SWITCH = "kube.luban.io/simulate";
    private static final Set<String> NOT_INHERITED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            "deployment.kubernetes.io/revision",
            "deployment.kubernetes.io/revision-history",
            "deployment.kubernetes.io/desired-replicas",
            "deployment.kubernetes.io/max-replicas",
            "deprecated.deployment.rollback.to",
            MARK,
            FAILURE);

    Duration delay() {
        return settings.delay();
    }

    EventRecorder.Source events(String component) {
        return recorder.as(component);
    }

    /** The object, unless it is gone, being deleted, or wants no simulation. */
    Optional<ObjectNode> find(ObjectKey key) {
        return cluster.get(key).filter(object -> !Trees.isTerminating(object) && isControlled(object));
    }

    /** Whether the object gets what controllers create. */
    boolean isControlled(JsonNode object) {
        return controlsAll || takesPart(object);
    }

    /** Whether the simulation is on and neither the object nor its namespace opted out. */
    boolean takesPart(JsonNode object) {
        if (!settings.enabled() || isOptedOut(object)) {
            return false;
        }
        var namespace = Trees.namespace(object);
        return namespace.isEmpty()
                || cluster.get(Kinds.NAMESPACES, "", namespace)
                        .map(found -> !isOptedOut(found))
                        .orElse(false);
    }

    static boolean isOptedOut(JsonNode object) {
        return Trees.annotation(object, SWITCH).equals("false");
    }

    static boolean mustFail(JsonNode object) {
        return Trees.annotation(object, FAILURE).equals("true");
    }

    /** Writes the status and marks the object where nothing real stands behind it. */
    void writeStatus(ObjectKey key, Consumer<ObjectNode> change) {
        cluster.modify(key, "status", live -> {
            if (takesPart(live)) {
                Trees.ensure(live, "metadata", "annotations").put(MARK, "true");
            }
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
                if (takesPart(live)) {
                    Trees.ensure(live, "metadata", "annotations").put(MARK, "true");
                }
                change.accept(Trees.ensure(live, "status"));
            }
            return live;
        });
        return waits.get();
    }

    /** Times of field ownership are whole seconds, hence one more. */
    private boolean isStatusOfOthers(JsonNode object) {
        var since = cluster.now().minus(delay()).minusSeconds(1);
        for (var entry : Trees.at(object, "metadata", "managedFields")) {
            if (Trees.text(entry, "subresource").equals("status")
                    && !Trees.text(entry, "manager").equals(cluster.manager())
                    && Instant.parse(Trees.text(entry, "time")).isAfter(since)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Queues an object of the primary resource itself, the primary owner of any other object, and for an object without
     * owners everything of its namespace that might adopt it.
     */
    void observe(GroupResource primary, Event event, Consumer<ObjectKey> queue) {
        var object = event.object();
        if (object.key().resource().equals(primary)) {
            queue.accept(object.key());
            return;
        }
        enqueueOwners(primary, object.ownerUids(), queue);
        event.previous()
                .filter(previous -> !previous.ownerUids().equals(object.ownerUids()))
                .ifPresent(previous -> enqueueOwners(primary, previous.ownerUids(), queue));
        if (object.ownerUids().isEmpty() && event.type() != Event.Type.DELETED) {
            cluster.store()
                    .snapshot(primary)
                    .inNamespace(object.key().namespace())
                    .forEach(candidate -> queue.accept(candidate.key()));
        }
    }

    private void enqueueOwners(GroupResource primary, Iterable<String> uids, Consumer<ObjectKey> queue) {
        for (var uid : uids) {
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
        for (var inherited : Set.of(FAILURE, SWITCH)) {
            var value = Trees.annotation(owner, inherited);
            if (!value.isEmpty()) {
                draft.annotation(inherited, value);
            }
        }
        var pod = draft.json();
        Trees.items(Trees.at(template, "metadata", "finalizers"))
                .forEach(Trees.ensureArray(Trees.ensure(pod, "metadata"), "finalizers")::add);
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

    static boolean isActive(JsonNode pod) {
        return !isFinished(pod) && !Trees.isTerminating(pod);
    }
}
