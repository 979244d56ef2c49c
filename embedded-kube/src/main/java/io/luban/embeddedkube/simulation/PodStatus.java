package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import java.time.Instant;
import java.util.function.Consumer;

/** What the status of a pod says in each of its stages, always with the remark that nothing really runs. */
final class PodStatus {
    static final String HOST = "127.0.0.1";

    private static final String MESSAGE = "simulated: no container is running";

    private final ObjectNode pod;
    private final Instant now;

    PodStatus(ObjectNode pod, Instant now) {
        this.pod = pod;
        this.now = now;
    }

    /** Whether the pod comes to an end by itself: pods of Jobs and hooks do. */
    static boolean isTask(JsonNode pod) {
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

    void run(ObjectNode status, String address) {
        boolean isReady = !Simulated.mustFail(pod) || isTask(pod);
        status.put("phase", "Running").put("message", MESSAGE);
        status.put("hostIP", HOST).put("podIP", address);
        status.putArray("hostIPs").addObject().put("ip", HOST);
        status.putArray("podIPs").addObject().put("ip", address);
        set(status, "PodReadyToStartContainers", true, "");
        set(status, "Initialized", true, "");
        set(status, "ContainersReady", isReady, isReady ? "" : "ContainersNotReady");
        set(status, "Ready", isReady, isReady ? "" : "ContainersNotReady");
        set(status, "SimulatedRuntime", true, "NoContainerRuns");
        for (var gate : Trees.at(pod, "spec", "readinessGates")) {
            set(status, Trees.text(gate, "conditionType"), true, "SimulatedRuntime");
        }
        fill(status, "containerStatuses", "containers", container -> {
            if (isReady) {
                running(container);
            } else {
                crashing(container);
            }
        });
        fill(status, "initContainerStatuses", "initContainers", this::initialize);
    }

    private void running(ObjectNode container) {
        container.putObject("state").putObject("running").put("startedAt", Trees.time(now));
        container.put("ready", true).put("started", true);
    }

    private static void crashing(ObjectNode container) {
        container
                .putObject("state")
                .putObject("waiting")
                .put("reason", "CrashLoopBackOff")
                .put("message", "failure on demand");
        container.put("ready", false).put("started", false).put("restartCount", 1);
    }

    /** Containers that prepare are done; those that accompany the others run. */
    private void initialize(ObjectNode container) {
        for (var spec : Trees.at(pod, "spec", "initContainers")) {
            if (Trees.text(spec, "name").equals(Trees.text(container, "name"))
                    && Trees.text(spec, "restartPolicy").equals("Always")) {
                running(container);
                return;
            }
        }
        terminated(container, 0);
        container.put("ready", true).put("started", false);
    }

    void finish(ObjectNode status) {
        boolean succeeds = !Simulated.mustFail(pod);
        status.put("phase", succeeds ? "Succeeded" : "Failed");
        var reason = succeeds ? "PodCompleted" : "PodFailed";
        set(status, "PodReadyToStartContainers", false, "");
        set(status, "Initialized", true, succeeds ? "PodCompleted" : "");
        set(status, "ContainersReady", false, reason);
        set(status, "Ready", false, reason);
        fill(status, "containerStatuses", "containers", container -> {
            terminated(container, succeeds ? 0 : 1);
            container.put("ready", false).put("started", false);
        });
    }

    private void terminated(ObjectNode container, int exitCode) {
        container
                .putObject("state")
                .putObject("terminated")
                .put("exitCode", exitCode)
                .put("reason", exitCode == 0 ? "Completed" : "Error")
                .put("startedAt", Trees.time(now))
                .put("finishedAt", Trees.time(now));
    }

    private void fill(ObjectNode status, String member, String containers, Consumer<ObjectNode> state) {
        if (Trees.at(pod, "spec", containers).isEmpty()) {
            return;
        }
        var list = status.putArray(member);
        for (var container : Trees.at(pod, "spec", containers)) {
            var image = Trees.text(container, "image");
            var name = Trees.text(container, "name");
            var item = list.addObject()
                    .put("name", name)
                    .put("image", image)
                    .put("imageID", "simulated://" + image)
                    .put("containerID", "simulated://" + Trees.uid(pod) + "/" + name)
                    .put("restartCount", 0);
            state.accept(item);
        }
    }

    private void set(ObjectNode status, String type, boolean holds, String reason) {
        Conditions.set(status, new Condition(type, holds, reason, ""), now);
    }
}
