package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.network.AddressRange;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Walks pods through their phases: scheduled, running and ready, and for tasks succeeded or failed. */
final class PodStages implements Controller {
    private static final AddressRange POD_ADDRESSES = AddressRange.parse("10.244.0.0/16");
    private static final String MESSAGE = "simulated: no container is running";

    private final Simulated simulated;
    private final AtomicLong lastAddress;

    PodStages(Simulated simulated) {
        this.simulated = simulated;
        this.lastAddress = new AtomicLong(highestAddress(simulated));
    }

    @Override
    public String name() {
        return "simulated-pods";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        if (event.type() != Event.Type.DELETED) {
            queue.accept(event.object().key());
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
            // there is nothing to wait for: no container runs
            simulated.cluster().delete(key, Trees.uid(pod));
            return Outcome.done();
        }
        if (Simulated.isFinished(pod)) {
            return Outcome.done();
        }
        if (!Conditions.isTrue(pod, "PodScheduled")) {
            simulated.writeStatus(key, this::schedule);
            return Outcome.again(simulated.delay());
        }
        return proceed(key, pod);
    }

    private static boolean isOurs(JsonNode pod) {
        return Trees.text(pod, "spec", "nodeName").startsWith(Simulated.NODE);
    }

    private Outcome proceed(ObjectKey key, ObjectNode pod) {
        boolean isRunning = Trees.text(pod, "status", "phase").equals("Running");
        if (isRunning && !isTask(pod)) {
            return Outcome.done();
        }
        var wait = untilDue(pod, isRunning ? "SimulatedRuntime" : "PodScheduled");
        if (wait.isPositive()) {
            return Outcome.again(wait);
        }
        if (isRunning) {
            simulated.writeStatus(key, status -> finish(status, pod));
            return Outcome.done();
        }
        simulated.writeStatus(key, status -> run(status, pod));
        return isTask(pod) ? Outcome.again(simulated.delay()) : Outcome.done();
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

    private static boolean isTask(JsonNode pod) {
        var runsOnce = !Trees.text(pod, "spec", "restartPolicy").equals("Always");
        return runsOnce
                && (isOwnedByJob(pod) || !Trees.annotation(pod, "helm.sh/hook").isEmpty());
    }

    private static boolean isOwnedByJob(JsonNode pod) {
        for (var owner : Trees.at(pod, "metadata", "ownerReferences")) {
            if (Trees.text(owner, "kind").equals("Job")) {
                return true;
            }
        }
        return false;
    }

    private void schedule(ObjectNode status) {
        var now = simulated.cluster().now();
        status.put("phase", "Pending").put("startTime", Trees.time(now));
        set(status, "PodScheduled", true, "");
    }

    private void run(ObjectNode status, ObjectNode pod) {
        boolean isReady = !Simulated.mustFail(pod) || isTask(pod);
        var address = POD_ADDRESSES.at(1 + Math.floorMod(lastAddress.incrementAndGet(), POD_ADDRESSES.size() - 2));
        status.put("phase", "Running").put("message", MESSAGE);
        status.put("hostIP", "127.0.0.1").put("podIP", address);
        status.putArray("hostIPs").addObject().put("ip", "127.0.0.1");
        status.putArray("podIPs").addObject().put("ip", address);
        set(status, "PodReadyToStartContainers", true, "");
        set(status, "Initialized", true, "");
        set(status, "ContainersReady", isReady, isReady ? "" : "ContainersNotReady");
        set(status, "Ready", isReady, isReady ? "" : "ContainersNotReady");
        set(status, "SimulatedRuntime", true, "NoContainerRuns");
        fillContainers(status, pod, container -> {
            var state = container.putObject("state");
            if (isReady) {
                state.putObject("running")
                        .put("startedAt", Trees.time(simulated.cluster().now()));
            } else {
                state.putObject("waiting").put("reason", "CrashLoopBackOff").put("message", "failure on demand");
            }
            container.put("ready", isReady).put("started", isReady);
        });
    }

    private void finish(ObjectNode status, ObjectNode pod) {
        boolean succeeds = !Simulated.mustFail(pod);
        status.put("phase", succeeds ? "Succeeded" : "Failed");
        var reason = succeeds ? "PodCompleted" : "PodFailed";
        set(status, "Initialized", true, succeeds ? "PodCompleted" : "");
        set(status, "ContainersReady", false, reason);
        set(status, "Ready", false, reason);
        var now = Trees.time(simulated.cluster().now());
        fillContainers(status, pod, container -> {
            container
                    .putObject("state")
                    .putObject("terminated")
                    .put("exitCode", succeeds ? 0 : 1)
                    .put("reason", succeeds ? "Completed" : "Error")
                    .put("startedAt", now)
                    .put("finishedAt", now);
            container.put("ready", false).put("started", false);
        });
    }

    private static void fillContainers(ObjectNode status, ObjectNode pod, Consumer<ObjectNode> state) {
        var list = status.putArray("containerStatuses");
        for (var container : Trees.at(pod, "spec", "containers")) {
            var image = Trees.text(container, "image");
            var item = list.addObject()
                    .put("name", Trees.text(container, "name"))
                    .put("image", image)
                    .put("imageID", "simulated://" + image)
                    .put("containerID", "simulated://" + Trees.uid(pod) + "/" + Trees.text(container, "name"))
                    .put("restartCount", 0);
            state.accept(item);
        }
    }

    private void set(ObjectNode status, String type, boolean holds, String reason) {
        Conditions.set(
                status,
                new Condition(type, holds, reason, ""),
                simulated.cluster().now());
    }

    private static long highestAddress(Simulated simulated) {
        long highest = 0;
        for (var pod : simulated.cluster().store().snapshot(Kinds.PODS).all()) {
            var address = Trees.text(pod.tree(), "status", "podIP");
            if (!address.isEmpty()) {
                highest = Math.max(highest, AddressRange.address(address) - (long) POD_ADDRESSES.base());
            }
        }
        return highest;
    }
}
