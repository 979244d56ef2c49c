package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** Writes how a synchronisation ended into a Repository. */
record RepositoryStatus(KubeRest kube, Clock clock) {
    private static final int LONGEST = 32_000;

    /**
     * Adds to a patch of the finalizers that the Repository is known now, or that it goes; others may keep one that goes
     * with finalizers of their own.
     */
    static void note(ObjectNode patch, RepositorySpec repository, boolean stays) {
        boolean isNew = repository.object().at("/status/state").asText("").isEmpty();
        if (isNew || !stays) {
            patch.putObject("status").put("state", stays ? "installed" : "deleting");
        }
    }

    /** It begins; what has failed before stays told until it has succeeded. */
    void updating(RepositorySpec repository) {
        if (!repository.synced().path("status").asText("").equals("False")) {
            var patch = Json.object();
            patch.putObject("status").put("state", "updating");
            kube.patch(Names.REPOSITORIES + "/" + repository.name(), patch);
        }
    }

    /** It succeeded, perhaps without some entries. */
    void synced(RepositorySpec repository, Problems problems) {
        var status = Json.object();
        status.put("lastSyncTime", now());
        var reason = problems.isEmpty() ? "Synced" : "PartiallySynced";
        var message = problems.isEmpty()
                ? "extensions are in step with " + repository.origin()
                : "%d left out: %s".formatted(problems.size(), problems.text());
        putCondition(repository, status, "True", reason, message);
        status.put("state", "ready");
        write(repository, status);
    }

    /** It failed; what is in the cluster stays, and so does the time of the last success. */
    void failed(RepositorySpec repository, String message) {
        var before = repository.synced();
        boolean told = before.path("status").asText("").equals("False")
                && before.path("message").asText("").equals(shortened(message))
                && repository.observedSpec().equals(repository.specMark());
        if (!told) {
            var status = Json.object();
            putCondition(repository, status, "False", "SyncFailed", message);
            status.put("state", "notReady");
            write(repository, status);
        }
    }

    private void putCondition(
            RepositorySpec repository, ObjectNode status, String value, String reason, String message) {
        var before = repository.synced();
        var conditions = status.putArray("conditions");
        for (var condition : repository.object().at("/status/conditions")) {
            if (!condition.path("type").asText("").equals("Synced")) {
                conditions.add(condition);
            }
        }
        boolean same = before.path("status").asText("").equals(value);
        conditions
                .addObject()
                .put("type", "Synced")
                .put("status", value)
                .put("reason", reason)
                .put("message", shortened(message))
                .put(
                        "lastTransitionTime",
                        same ? before.path("lastTransitionTime").asText(now()) : now());
    }

    private void write(RepositorySpec repository, ObjectNode status) {
        status.put("observedSpec", repository.specMark());
        var patch = Json.object();
        patch.set("status", status);
        kube.patch(Names.REPOSITORIES + "/" + repository.name(), patch);
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String shortened(String message) {
        return message.length() > LONGEST ? message.substring(0, LONGEST) : message;
    }
}
