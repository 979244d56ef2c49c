package io.luban.apiserver.kapis.resources;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** One of four words for the state of a pod, derived from what kubectl shows in its column {@code STATUS}. */
final class PodStatus {
    private static final Set<String> ERRORS = Set.of("Failed", "Error");

    private PodStatus() {}

    /** {@code Waiting}, {@code Running}, {@code Error} or {@code Completed}. */
    static String word(JsonNode pod) {
        var reason = reason(pod);
        if (reason.equals("Running") || reason.equals("Completed")) {
            return reason;
        }
        if (ERRORS.contains(reason) || reason.startsWith("OutOf")) {
            return "Error";
        }
        if (reason.equals("Succeeded")) {
            return isCompleted(pod) ? "Completed" : "Waiting";
        }
        return "Waiting";
    }

    private static boolean isCompleted(JsonNode pod) {
        for (var condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText("").equals("Ready")
                    && !condition.path("reason").asText("").equals("PodCompleted")) {
                return false;
            }
        }
        return true;
    }

    private static String reason(JsonNode pod) {
        var status = pod.path("status");
        var own = status.path("reason").asText("");
        if (pod.path("metadata").hasNonNull("deletionTimestamp")) {
            return own.equals("NodeLost") ? "Unknown" : "Terminating";
        }
        var initial = initializing(pod);
        if (!initial.isEmpty()) {
            return initial;
        }
        return running(pod, own.isEmpty() ? status.path("phase").asText("") : own);
    }

    /** What the first init container that is not done waits for; empty when all are done. */
    private static String initializing(JsonNode pod) {
        int total = pod.at("/spec/initContainers").size();
        int index = 0;
        for (var container : pod.at("/status/initContainerStatuses")) {
            var state = container.path("state");
            var ended = state.path("terminated");
            if (!ended.isObject() || ended.path("exitCode").asInt(0) != 0) {
                var waiting = state.at("/waiting/reason").asText("");
                if (ended.isObject()) {
                    return "Init:" + ending(ended);
                }
                return waiting.isEmpty() || waiting.equals("PodInitializing")
                        ? "Init:" + index + "/" + total
                        : "Init:" + waiting;
            }
            index++;
        }
        return "";
    }

    private static String running(JsonNode pod, String before) {
        var reason = before;
        boolean isRunning = false;
        var containers = pod.at("/status/containerStatuses");
        for (int i = containers.size() - 1; i >= 0; i--) {
            var container = containers.get(i);
            var state = container.path("state");
            var waiting = state.at("/waiting/reason").asText("");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (state.path("terminated").isObject()) {
                reason = ending(state.path("terminated"));
            } else if (container.path("ready").asBoolean(false)
                    && state.path("running").isObject()) {
                isRunning = true;
            }
        }
        return reason.equals("Completed") && isRunning ? (isReady(pod) ? "Running" : "NotReady") : reason;
    }

    private static boolean isReady(JsonNode pod) {
        return Conditions.is(pod, "Ready", "True");
    }

    private static String ending(JsonNode terminated) {
        var reason = terminated.path("reason").asText("");
        if (!reason.isEmpty()) {
            return reason;
        }
        int signal = terminated.path("signal").asInt(0);
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + terminated.path("exitCode").asInt(0);
    }
}
