package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The conditions of a Deployment's status, with the times at which they changed and were last confirmed. */
final class DeploymentProgress {
    private static final String PROGRESSING = "Progressing";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";
    private static final int NO_DEADLINE = Integer.MAX_VALUE;

    private final ObjectNode status;
    private final JsonNode deployment;
    private final Instant now;

    DeploymentProgress(ObjectNode status, JsonNode deployment, Instant now) {
        this.status = status;
        this.deployment = deployment;
        this.now = now;
    }

    void noteAvailability(boolean isAvailable) {
        if (isAvailable) {
            set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        } else {
            set("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        }
    }

    /** Tells that pods cannot be created, as the ReplicaSets tell. */
    void noteFailures(List<ObjectNode> sets) {
        for (var set : sets) {
            for (var condition : Trees.at(set, "status", "conditions")) {
                if (Trees.text(condition, "type").equals("ReplicaFailure")
                        && Trees.text(condition, "status").equals("True")) {
                    var message = Trees.text(condition, "message");
                    set("ReplicaFailure", "True", Trees.text(condition, "reason"), message);
                    return;
                }
            }
        }
        remove("ReplicaFailure");
    }

    void notePause(boolean isPaused) {
        if (seconds() == NO_DEADLINE || reason().equals(TIMED_OUT)) {
            return;
        }
        if (isPaused && !reason().equals("DeploymentPaused")) {
            set(PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused");
        } else if (!isPaused && reason().equals("DeploymentPaused")) {
            set(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed");
        }
    }

    /** Notes the progress of a rollout that is not paused. */
    void noteProgress(String set, boolean isComplete, boolean hasMoved) {
        if (seconds() == NO_DEADLINE) {
            remove(PROGRESSING);
            return;
        }
        if (isComplete) {
            var message = "ReplicaSet \"%s\" has successfully progressed.".formatted(set);
            set(PROGRESSING, "True", "NewReplicaSetAvailable", message);
        } else if (reason().isEmpty()) {
            set(PROGRESSING, "True", "NewReplicaSetCreated", "Created new replica set \"%s\"".formatted(set));
        } else if (hasMoved || reason().equals("NewReplicaSetAvailable")) {
            set(PROGRESSING, "True", "ReplicaSetUpdated", "ReplicaSet \"%s\" is progressing.".formatted(set));
            find(PROGRESSING).ifPresent(condition -> condition.put("lastUpdateTime", Trees.time(now)));
        } else if (!reason().equals(TIMED_OUT) && !untilDeadline().orElseThrow().isPositive()) {
            var message = "ReplicaSet \"%s\" has timed out progressing.".formatted(set);
            set(PROGRESSING, "False", TIMED_OUT, message);
        }
    }

    /** When a rollout that does not move will have taken too long; empty when that is so already, or cannot be. */
    Optional<Duration> untilDeadline() {
        if (seconds() == NO_DEADLINE || reason().equals(TIMED_OUT)) {
            return Optional.empty();
        }
        return find(PROGRESSING)
                .map(condition -> Instant.parse(Trees.text(condition, "lastUpdateTime")))
                .map(since -> Duration.between(now, since.plusSeconds(seconds())));
    }

    private int seconds() {
        return Trees.at(deployment, "spec", "progressDeadlineSeconds").asInt(NO_DEADLINE);
    }

    private String reason() {
        return find(PROGRESSING)
                .map(condition -> Trees.text(condition, "reason"))
                .orElse("");
    }

    private Optional<ObjectNode> find(String type) {
        for (var condition : status.path("conditions")) {
            if (condition instanceof ObjectNode found
                    && Trees.text(found, "type").equals(type)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private void set(String type, String truth, String reason, String message) {
        var time = Trees.time(now);
        var found = find(type);
        var condition = found.orElseGet(
                () -> Trees.ensureArray(status, "conditions").addObject().put("type", type));
        boolean isSame = Trees.text(condition, "status").equals(truth)
                && Trees.text(condition, "reason").equals(reason)
                && Trees.text(condition, "message").equals(message);
        if (isSame) {
            return;
        }
        if (!Trees.text(condition, "status").equals(truth)) {
            condition.put("lastTransitionTime", time);
        }
        condition
                .put("status", truth)
                .put("lastUpdateTime", time)
                .put("reason", reason)
                .put("message", message);
    }

    private void remove(String type) {
        if (status.get("conditions") instanceof ArrayNode conditions) {
            conditions.removeIf(condition -> Trees.text(condition, "type").equals(type));
        }
    }
}
