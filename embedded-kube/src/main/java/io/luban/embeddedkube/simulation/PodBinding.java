package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Puts pods on nodes, and tells why one cannot be put anywhere. */
final class PodBinding {
    static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private final Simulated simulated;
    private final Cluster cluster;
    private final Placement placement;
    private final EventRecorder.Source events;
    private final ReentrantLock choosing = new ReentrantLock();

    PodBinding(Simulated simulated, Placement placement) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.placement = placement;
        this.events = simulated.events("default-scheduler");
    }

    /** Whether the pod has a node now. */
    boolean bind(ObjectKey key, ObjectNode pod) {
        if (!Trees.text(pod, "spec", "nodeName").isEmpty()) {
            noteScheduled(key, pod, Trees.text(pod, "spec", "nodeName"));
            return true;
        }
        if (!Trees.at(pod, "spec", "schedulingGates").isEmpty()) {
            noteWaiting(key, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
            return false;
        }
        createClaims(pod);
        // one at a time, so that each choice counts the pods of the one before
        choosing.lock();
        try {
            return choose(key, pod);
        } finally {
            choosing.unlock();
        }
    }

    private boolean choose(ObjectKey key, ObjectNode pod) {
        switch (placement.decide(pod)) {
            case Placement.On on -> {
                cluster.modify(key, "binding", live -> {
                    Trees.ensure(live, "spec").put("nodeName", on.node());
                    return live;
                });
                noteScheduled(key, pod, on.node());
                return true;
            }
            case Placement.AfterClaims after -> select(after.claims(), after.node());
            case Placement.Nowhere nowhere -> {
                noteWaiting(key, "Unschedulable", nowhere.why());
                events.warning(pod, "FailedScheduling", nowhere.why());
            }
        }
        return false;
    }

    private void select(List<ObjectKey> claims, String node) {
        for (var claim : claims) {
            cluster.modify(claim, "", live -> {
                Trees.ensure(live, "metadata", "annotations").put(SELECTED_NODE, node);
                return live;
            });
        }
    }

    /** The claims of ephemeral volumes belong to their pod. */
    private void createClaims(ObjectNode pod) {
        for (var volume : Trees.at(pod, "spec", "volumes")) {
            JsonNode template = Trees.at(volume, "ephemeral", "volumeClaimTemplate");
            if (!template.isObject()) {
                continue;
            }
            var name = Trees.name(pod) + "-" + Trees.text(volume, "name");
            if (cluster.get(Kinds.CLAIMS, Trees.namespace(pod), name).isEmpty()) {
                var claim = Draft.of("v1", "PersistentVolumeClaim", Trees.namespace(pod), name)
                        .labels(Trees.labels(template))
                        .controlledBy(pod)
                        .with("spec", template.path("spec").deepCopy());
                Trees.texts(Trees.at(template, "metadata", "annotations")).forEach(claim::annotation);
                cluster.create(Kinds.CLAIMS, claim.json());
            }
        }
    }

    private void noteScheduled(ObjectKey key, ObjectNode pod, String node) {
        var now = cluster.now();
        simulated.writeStatus(key, status -> {
            status.put("phase", "Pending").put("startTime", Trees.time(now));
            Conditions.set(status, new Condition("PodScheduled", true, "", ""), now);
        });
        events.normal(
                pod,
                "Scheduled",
                "Successfully assigned %s/%s to %s".formatted(Trees.namespace(pod), Trees.name(pod), node));
    }

    private void noteWaiting(ObjectKey key, String reason, String why) {
        simulated.writeStatus(
                key,
                status -> Conditions.set(status, new Condition("PodScheduled", false, reason, why), cluster.now()));
    }
}
