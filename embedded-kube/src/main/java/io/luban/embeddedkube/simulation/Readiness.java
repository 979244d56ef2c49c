package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * How many of some pods are ready, how many have been for long enough, and when the next one will have been.
 *
 * @param untilNext empty when time alone makes no further pod available
 */
record Readiness(int ready, int available, Optional<Duration> untilNext) {
    static Readiness of(Collection<ObjectNode> pods, JsonNode owner, Instant now) {
        long seconds = Trees.at(owner, "spec", "minReadySeconds").asLong();
        int ready = 0;
        int available = 0;
        Optional<Duration> next = Optional.empty();
        for (var pod : pods) {
            if (!Conditions.isTrue(pod, "Ready") || Trees.isTerminating(pod)) {
                continue;
            }
            ready++;
            var left = left(pod, seconds, now);
            if (!left.isPositive()) {
                available++;
            } else if (next.isEmpty() || left.compareTo(next.get()) < 0) {
                next = Optional.of(left);
            }
        }
        return new Readiness(ready, available, next);
    }

    static boolean isAvailable(JsonNode pod, JsonNode owner, Instant now) {
        long seconds = Trees.at(owner, "spec", "minReadySeconds").asLong();
        return Conditions.isTrue(pod, "Ready")
                && !Trees.isTerminating(pod)
                && !left(pod, seconds, now).isPositive();
    }

    private static Duration left(JsonNode pod, long seconds, Instant now) {
        if (seconds <= 0) {
            return Duration.ZERO;
        }
        for (var condition : Trees.at(pod, "status", "conditions")) {
            if (Trees.text(condition, "type").equals("Ready")) {
                var since = Instant.parse(Trees.text(condition, "lastTransitionTime"));
                return Duration.between(now, since.plusSeconds(seconds));
            }
        }
        return Duration.ZERO;
    }
}
