package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The status of an installation on one cluster. Immutable; every change answers a new value.
 *
 * @param json the wire form
 */
record InstallationStatus(ObjectNode json) {
    private static final int HISTORY = 10;
    private static final int MAX_MESSAGE = 4096;

    static InstallationStatus of(JsonNode plan) {
        return new InstallationStatus(plan.path("status") instanceof ObjectNode status ? status : Json.object());
    }

    /** That of the agent on one cluster. */
    InstallationStatus ofCluster(String cluster) {
        return new InstallationStatus(
                json.path("clusterSchedulingStatuses").path(cluster) instanceof ObjectNode status
                        ? status
                        : Json.object());
    }

    PlanState state() {
        return PlanState.parse(text("state"));
    }

    String version() {
        return text("version");
    }

    String configHash() {
        return text("configHash");
    }

    String targetNamespace() {
        return text("targetNamespace");
    }

    String releaseName() {
        return text("releaseName");
    }

    String jobName() {
        return text("jobName");
    }

    /** Digest of the package that was installed, as the catalog told it; empty when it told none. */
    String contentDigest() {
        return text("contentDigest");
    }

    /** Newest revision of the release that the platform has made or taken note of; 0 when there is none. */
    int releaseRevision() {
        return json.path("releaseRevision").asInt(0);
    }

    /** Whether anything is known about the release's revisions; plans of earlier builds do not say. */
    boolean knowsRevision() {
        return json.has("releaseRevision");
    }

    /** Whether there is a condition of this type that holds. */
    boolean holds(String type) {
        for (var condition : json.path("conditions")) {
            if (condition.path("type").asText("").equals(type)) {
                return condition.path("status").asText("").equals("True");
            }
        }
        return false;
    }

    /** Whether a condition of this type has the reason. */
    boolean hasReason(String type, String reason) {
        for (var condition : json.path("conditions")) {
            if (condition.path("type").asText("").equals(type)) {
                return condition.path("reason").asText("").equals(reason);
            }
        }
        return false;
    }

    InstallationStatus with(String field, String value) {
        var copy = json.deepCopy();
        copy.put(field, value);
        return new InstallationStatus(copy);
    }

    InstallationStatus with(String field, int value) {
        var copy = json.deepCopy();
        copy.put(field, value);
        return new InstallationStatus(copy);
    }

    /** In the next state, which is noted in the history. */
    InstallationStatus moved(PlanState next, Instant now) {
        var copy = json.deepCopy();
        copy.put("state", next.text());
        var history = copy.withArray("/stateHistory");
        var last = history.isEmpty()
                ? ""
                : history.path(history.size() - 1).path("state").asText("");
        if (!last.equals(next.text())) {
            history.addObject().put("state", next.text()).put("lastTransitionTime", time(now));
        }
        while (history.size() > HISTORY) {
            history.remove(0);
        }
        return new InstallationStatus(copy);
    }

    /** With the condition in front of all others; there is one per type. */
    InstallationStatus stating(PlanCondition condition, Instant now) {
        var copy = json.deepCopy();
        var list = Json.array();
        var stated = list.addObject()
                .put("type", condition.type())
                .put("status", condition.holds() ? "True" : "False")
                .put("reason", condition.reason())
                .put("message", shortened(condition.message()))
                .put("lastTransitionTime", time(now));
        for (var other : json.path("conditions")) {
            if (!other.path("type").asText("").equals(condition.type())) {
                list.add(other);
            } else if (sameMeaning(other, stated)) {
                stated.set("lastTransitionTime", other.path("lastTransitionTime"));
            }
        }
        copy.set("conditions", list);
        return new InstallationStatus(copy);
    }

    /** Without the condition of the type. */
    InstallationStatus without(String conditionType) {
        var copy = json.deepCopy();
        if (copy.path("conditions") instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                if (list.path(i).path("type").asText("").equals(conditionType)) {
                    list.remove(i);
                }
            }
        }
        return new InstallationStatus(copy);
    }

    private static boolean sameMeaning(JsonNode left, JsonNode right) {
        return left.path("status").equals(right.path("status"))
                && left.path("reason").equals(right.path("reason"))
                && left.path("message").equals(right.path("message"));
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    }

    private static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private String text(String field) {
        return json.path(field).asText("");
    }
}
