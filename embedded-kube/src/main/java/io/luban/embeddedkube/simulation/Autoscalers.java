package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells what HorizontalPodAutoscalers see, and keeps their targets within the bounds; nothing measures simulated pods, so
 * that a size within the bounds stays as it is.
 */
final class Autoscalers implements Controller {
    private static final Map<String, GroupResource> TARGETS = Map.of(
            "Deployment", Kinds.DEPLOYMENTS,
            "ReplicaSet", Kinds.REPLICA_SETS,
            "StatefulSet", Kinds.STATEFUL_SETS,
            "ReplicationController", Kinds.REPLICATION_CONTROLLERS);

    private final Simulated simulated;
    private final Cluster cluster;
    private final EventRecorder.Source events;

    Autoscalers(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.events = simulated.events("horizontal-pod-autoscaler");
    }

    @Override
    public String name() {
        return "workload-autoscalers";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.AUTOSCALERS) || TARGETS.containsValue(resource);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(Kinds.AUTOSCALERS)) {
            queue.accept(key);
            return;
        }
        cluster.store()
                .snapshot(Kinds.AUTOSCALERS)
                .inNamespace(key.namespace())
                .forEach((StoredObject scaler) -> queue.accept(scaler.key()));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        simulated.find(key).ifPresent(scaler -> write(key, scaler));
        return Outcome.done();
    }

    private Optional<ObjectNode> target(ObjectNode scaler) {
        var reference = Trees.at(scaler, "spec", "scaleTargetRef");
        return Optional.ofNullable(TARGETS.get(Trees.text(reference, "kind")))
                .flatMap(kind -> cluster.get(kind, Trees.namespace(scaler), Trees.text(reference, "name")));
    }

    private void write(ObjectKey key, ObjectNode scaler) {
        var target = target(scaler);
        var kind = Trees.text(scaler, "spec", "scaleTargetRef", "kind");
        var name = Trees.text(scaler, "spec", "scaleTargetRef", "name");
        if (target.isEmpty()) {
            var missing = "%s \"%s\" not found".formatted(kind, name);
            events.warning(scaler, "FailedGetScale", missing);
            simulated.writeStatus(
                    key,
                    status -> set(
                            status,
                            new Condition(
                                    "AbleToScale",
                                    false,
                                    "FailedGetScale",
                                    "the HPA controller was unable to get the target's current scale: " + missing)));
            return;
        }
        int current = Trees.at(target.get(), "status", "replicas").asInt();
        int before = Trees.at(target.get(), "spec", "replicas").asInt(1);
        int wanted = bounded(before, scaler);
        if (wanted != before) {
            rescale(scaler, target.get(), before, wanted);
        }
        simulated.writeStatus(key, status -> {
            status.put("currentReplicas", current).put("desiredReplicas", wanted);
            if (wanted != before) {
                status.put("lastScaleTime", Trees.time(cluster.now()));
            }
            set(
                    status,
                    new Condition(
                            "AbleToScale",
                            true,
                            "SucceededGetScale",
                            "the HPA controller was able to get the target's current scale"));
            set(
                    status,
                    wanted == 0
                            ? new Condition(
                                    "ScalingActive",
                                    false,
                                    "ScalingDisabled",
                                    "scaling is disabled since the replica count of the target is zero")
                            : new Condition(
                                    "ScalingActive",
                                    false,
                                    "FailedGetResourceMetric",
                                    "simulated: nothing measures pods without containers"));
        });
    }

    /** What was scaled to nothing stays so. */
    private static int bounded(int replicas, ObjectNode scaler) {
        int least = Trees.at(scaler, "spec", "minReplicas").asInt(1);
        int most = Trees.at(scaler, "spec", "maxReplicas").asInt(Integer.MAX_VALUE);
        return replicas == 0 ? 0 : Math.clamp(replicas, Math.min(least, most), most);
    }

    private void rescale(ObjectNode scaler, ObjectNode target, int before, int wanted) {
        var kind = TARGETS.getOrDefault(Trees.text(target, "kind"), Kinds.DEPLOYMENTS);
        cluster.modify(Cluster.key(kind, target), "scale", scale -> {
            Trees.ensure(scale, "spec").put("replicas", wanted);
            return scale;
        });
        events.normal(
                scaler,
                "SuccessfulRescale",
                "New size: %d; reason: Current number of replicas %s"
                        .formatted(wanted, wanted > before ? "below Spec.MinReplicas" : "above Spec.MaxReplicas"));
    }

    private void set(ObjectNode status, Condition condition) {
        Conditions.set(status, condition, cluster.now());
    }
}
