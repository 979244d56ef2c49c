package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/** Cells of pods: what people want to know is spread over the statuses of the containers. */
final class PodCells {
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    private PodCells() {}

    static Optional<Object> cell(Row row, String column) {
        return Optional.ofNullable(
                switch (column) {
                    case "Ready" -> ready(row);
                    case "Status" -> status(row);
                    case "Restarts" -> restarts(row);
                    case "IP" -> Row.text(row.at("status.podIP"), Row.NONE);
                    case "Node" -> Row.text(row.at("spec.nodeName"), Row.NONE);
                    case "Nominated Node" -> Row.text(row.at("status.nominatedNodeName"), Row.NONE);
                    case "Readiness Gates" -> readinessGates(row);
                    default -> null;
                });
    }

    private static String ready(Row row) {
        int ready = 0;
        int total = row.spec().path("containers").size();
        for (var status : row.status().path("containerStatuses")) {
            boolean runs =
                    status.path("ready").asBoolean() && status.path("state").has("running");
            ready += runs ? 1 : 0;
        }
        for (var status : row.status().path("initContainerStatuses")) {
            if (isSidecar(row, status.path("name").asText())) {
                total++;
                ready += status.path("ready").asBoolean() ? 1 : 0;
            }
        }
        return ready + "/" + total;
    }

    private static boolean isSidecar(Row row, String container) {
        for (var init : row.spec().path("initContainers")) {
            if (init.path("name").asText().equals(container)) {
                return init.path("restartPolicy").asText().equals("Always");
            }
        }
        return false;
    }

    private static String status(Row row) {
        var phase = row.status().path("phase").asText();
        var podReason = row.status().path("reason").asText();
        if (row.isDeleting()) {
            if (podReason.equals("NodeLost")) {
                return "Unknown";
            }
            if (!FINISHED.contains(phase)) {
                return "Terminating";
            }
        }
        var initializing = initializing(row);
        if (initializing.isPresent()) {
            return initializing.get();
        }
        return running(row, podReason.isEmpty() ? gated(row, phase) : podReason);
    }

    private static String gated(Row row, String phase) {
        for (var condition : row.status().path("conditions")) {
            if (condition.path("type").asText().equals("PodScheduled")
                    && condition.path("reason").asText().equals("SchedulingGated")) {
                return "SchedulingGated";
            }
        }
        return phase;
    }

    /** What the first init container that is not done does. */
    private static Optional<String> initializing(Row row) {
        int done = 0;
        for (var status : row.status().path("initContainerStatuses")) {
            var terminated = status.path("state").path("terminated");
            boolean succeeded =
                    terminated.isObject() && terminated.path("exitCode").asInt() == 0;
            boolean sidecarRuns = isSidecar(row, status.path("name").asText())
                    && status.path("started").asBoolean();
            if (succeeded || sidecarRuns) {
                done++;
                continue;
            }
            if (terminated.isObject()) {
                return Optional.of("Init:" + ending(terminated));
            }
            var waiting = status.path("state").path("waiting").path("reason").asText();
            if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                return Optional.of("Init:" + waiting);
            }
            return Optional.of(
                    "Init:" + done + "/" + row.spec().path("initContainers").size());
        }
        return Optional.empty();
    }

    private static String running(Row row, String phase) {
        var reason = phase;
        boolean runs = false;
        var statuses = new ArrayList<JsonNode>();
        row.status().path("containerStatuses").forEach(statuses::add);
        Collections.reverse(statuses);
        for (var status : statuses) {
            var state = status.path("state");
            var waiting = state.path("waiting").path("reason").asText();
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (state.has("terminated")) {
                reason = ending(state.path("terminated"));
            } else if (status.path("ready").asBoolean() && state.has("running")) {
                runs = true;
            }
        }
        if (reason.equals("Completed") && runs) {
            return row.hasCondition("Ready", "True") ? "Running" : "NotReady";
        }
        return reason;
    }

    private static String ending(JsonNode terminated) {
        var reason = terminated.path("reason").asText();
        if (!reason.isEmpty()) {
            return reason;
        }
        return terminated.path("signal").asInt() != 0
                ? "Signal:" + terminated.path("signal").asInt()
                : "ExitCode:" + terminated.path("exitCode").asInt();
    }

    private static String restarts(Row row) {
        long restarts = 0;
        JsonNode last = row.object().path("");
        for (var status : row.status().path("containerStatuses")) {
            restarts += status.path("restartCount").asLong();
            var finished = status.path("lastState").path("terminated").path("finishedAt");
            last = finished.asText().compareTo(last.asText()) > 0 ? finished : last;
        }
        for (var status : row.status().path("initContainerStatuses")) {
            boolean counts = isSidecar(row, status.path("name").asText());
            restarts += counts ? status.path("restartCount").asLong() : 0;
        }
        return restarts > 0 && last.isTextual() ? restarts + " (" + row.age(last) + " ago)" : Long.toString(restarts);
    }

    private static String readinessGates(Row row) {
        var gates = Row.each(row.spec().path("readinessGates"), "conditionType");
        if (gates.isEmpty()) {
            return Row.NONE;
        }
        return gates.stream().filter(gate -> row.hasCondition(gate, "True")).count() + "/" + gates.size();
    }
}
