package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Walks pods through their phases: scheduled, running and ready, and for tasks succeeded or failed. */
final class PodStages implements Controller {
    private final Simulated simulated;
    private final PodAddresses addresses;
    private final Placement placement;
    private final PodBinding binding;
    private final EventRecorder.Source events;
    private final Set<ObjectKey> unscheduled = ConcurrentHashMap.newKeySet();

    PodStages(Simulated simulated) {
        this.simulated = simulated;
        var store = simulated.cluster().store();
        this.addresses = new PodAddresses(store, simulated.settings().podCidr());
        this.placement = new Placement(store, simulated.settings().nodes() > 0);
        this.binding = new PodBinding(simulated, placement);
        this.events = simulated.events("kubelet");
    }

    @Override
    public String name() {
        return "simulated-pods";
    }

    @Override
    public int workers() {
        return Simulated.WORKERS;
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.PODS) || resource.equals(Kinds.NODES) || resource.equals(Kinds.CLAIMS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (!key.resource().equals(Kinds.PODS)) {
            unscheduled.forEach(queue);
        } else if (event.type() == Event.Type.DELETED) {
            addresses.release(key);
            placement.forget(key);
            unscheduled.remove(key);
            unscheduled.forEach(queue);
        } else {
            queue.accept(key);
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var found = simulated.cluster().get(key);
        if (found.isEmpty() || !simulated.takesPart(found.get()) || !isOurs(found.get())) {
            return Outcome.done();
        }
        var pod = found.get();
        if (Trees.isTerminating(pod)) {
            end(key, pod);
            return Outcome.done();
        }
        if (Simulated.isFinished(pod)) {
            return Outcome.done();
        }
        if (!Conditions.isTrue(pod, "PodScheduled")) {
            return schedule(key, pod);
        }
        return proceed(key, pod);
    }

    private Outcome schedule(ObjectKey key, ObjectNode pod) {
        // noted before the attempt, so that whatever changes during it leads to another one
        unscheduled.add(key);
        if (!binding.bind(key, pod)) {
            return Outcome.done();
        }
        unscheduled.remove(key);
        return Outcome.again(simulated.delay());
    }

    private static boolean isOurs(JsonNode pod) {
        var node = Trees.text(pod, "spec", "nodeName");
        return node.isEmpty() || node.startsWith(Simulated.NODE);
    }

    /** There is nothing to wait for: no container runs. */
    private void end(ObjectKey key, ObjectNode pod) {
        if (Trees.text(pod, "status", "phase").equals("Running")
                && Trees.at(pod, "metadata", "finalizers").isEmpty()) {
            for (var container : Trees.at(pod, "spec", "containers")) {
                var name = Trees.text(container, "name");
                events.normal(pod, "spec.containers{" + name + "}", "Killing", "Stopping container " + name);
            }
        }
        simulated.cluster().delete(key, Trees.uid(pod));
    }

    private Outcome proceed(ObjectKey key, ObjectNode pod) {
        boolean isRunning = Trees.text(pod, "status", "phase").equals("Running");
        if (isRunning && !PodStatus.isTask(pod)) {
            return Outcome.done();
        }
        var wait = untilDue(pod, isRunning ? "SimulatedRuntime" : "PodScheduled");
        if (wait.isPositive()) {
            return Outcome.again(wait);
        }
        var status = new PodStatus(pod, simulated.cluster().now());
        if (isRunning) {
            simulated.writeStatus(key, status::finish);
            return Outcome.done();
        }
        var address = Trees.at(pod, "spec", "hostNetwork").asBoolean() ? PodStatus.HOST : addresses.take(key);
        simulated.writeStatus(key, live -> status.run(live, address));
        tellStart(pod);
        return PodStatus.isTask(pod) ? Outcome.again(simulated.delay()) : Outcome.done();
    }

    private void tellStart(ObjectNode pod) {
        for (var container : Trees.at(pod, "spec", "containers")) {
            var name = Trees.text(container, "name");
            var path = "spec.containers{" + name + "}";
            var image = Trees.text(container, "image");
            events.normal(pod, path, "Pulled", "Container image \"%s\" already present on machine".formatted(image));
            events.normal(pod, path, "Created", "Created container: " + name);
            events.normal(pod, path, "Started", "Started container " + name);
            if (Simulated.mustFail(pod) && !PodStatus.isTask(pod)) {
                events.warning(
                        pod,
                        "BackOff",
                        "Back-off restarting failed container %s in pod %s_%s(%s)"
                                .formatted(name, Trees.name(pod), Trees.namespace(pod), Trees.uid(pod)));
            }
        }
    }

    /** Times in objects are whole seconds, which may shorten a wait by less than one. */
    private Duration untilDue(ObjectNode pod, String condition) {
        for (var candidate : Trees.at(pod, "status", "conditions")) {
            if (Trees.text(candidate, "type").equals(condition)) {
                var since = Instant.parse(Trees.text(candidate, "lastTransitionTime"));
                return Duration.between(simulated.cluster().now(), since.plus(simulated.delay()));
            }
        }
        return Duration.ZERO;
    }
}
