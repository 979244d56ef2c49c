package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The words that lists of workloads, jobs and nodes are filtered by. */
final class StatusWords {
    private static final String STOPPED = "stopped";
    private static final String RUNNING = "running";
    private static final List<String> PRESSURES =
            List.of("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable");
    private static final List<String> NEEDED = List.of("ConfigOK", "KubeletReady", "Ready");

    private StatusWords() {}

    static String deployment(JsonNode object) {
        var status = object.path("status");
        return workload(
                status.path("replicas").asInt(0), status.path("readyReplicas").asInt(0));
    }

    static String statefulSet(JsonNode object) {
        return workload(
                object.at("/spec/replicas").asInt(0),
                object.at("/status/readyReplicas").asInt(0));
    }

    static String daemonSet(JsonNode object) {
        var status = object.path("status");
        return workload(
                status.path("desiredNumberScheduled").asInt(0),
                status.path("numberReady").asInt(0));
    }

    private static String workload(int wanted, int ready) {
        if (wanted == 0 && ready == 0) {
            return STOPPED;
        }
        return wanted == ready ? RUNNING : "updating";
    }

    static String job(JsonNode object) {
        if (Conditions.is(object, "Complete", "True")) {
            return "completed";
        }
        return Conditions.is(object, "Failed", "True") ? "failed" : RUNNING;
    }

    static String cronJob(JsonNode object) {
        return object.at("/spec/suspend").asBoolean(false) ? "paused" : RUNNING;
    }

    static String node(JsonNode object) {
        if (object.at("/spec/unschedulable").asBoolean(false)) {
            return "unschedulable";
        }
        for (var condition : object.at("/status/conditions")) {
            var type = condition.path("type").asText("");
            var status = condition.path("status").asText("");
            boolean isPressed = PRESSURES.contains(type) && !status.equals("False");
            boolean isLacking = NEEDED.contains(type) && !status.equals("True");
            if (isPressed || isLacking) {
                return "warning";
            }
        }
        return RUNNING;
    }
}
