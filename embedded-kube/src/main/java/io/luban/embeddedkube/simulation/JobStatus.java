package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import java.time.Instant;
import java.util.Optional;

/** The status of a Job. */
record JobStatus(Instant now) {
    void suspend(ObjectNode status) {
        status.remove("active");
        status.remove("startTime");
        status.put("ready", 0);
        set(status, new Condition("Suspended", true, "JobSuspended", "Job suspended"));
    }

    void write(ObjectNode status, JobPods pods, Optional<JobEnd> end) {
        if (Conditions.isTrue(wrapped(status), "Suspended")) {
            set(status, new Condition("Suspended", false, "JobResumed", "Job resumed"));
        }
        if (!status.hasNonNull("startTime")) {
            status.put("startTime", Trees.time(now));
        }
        status.put("active", end.isPresent() ? 0 : pods.active().size());
        status.put("succeeded", pods.succeeded());
        status.put("failed", pods.failed());
        status.put("terminating", 0);
        status.put(
                "ready",
                end.isPresent()
                        ? 0
                        : (int) pods.active().stream()
                                .filter(pod -> Conditions.isTrue(pod, "Ready"))
                                .count());
        if (pods.isIndexed()) {
            status.put("completedIndexes", IndexRanges.format(pods.completed()));
            var failed = IndexRanges.format(pods.failedIndexes());
            if (!failed.isEmpty()) {
                status.put("failedIndexes", failed);
            }
        }
        status.putObject("uncountedTerminatedPods");
        end.ifPresent(reached -> close(status, reached));
    }

    private void close(ObjectNode status, JobEnd end) {
        if (end.succeeds()) {
            status.put("completionTime", Trees.time(now));
        }
        var early = end.succeeds() ? "SuccessCriteriaMet" : "FailureTarget";
        set(status, new Condition(early, true, end.reason(), end.message()));
        var last = end.succeeds() ? "Complete" : "Failed";
        set(status, new Condition(last, true, end.reason(), end.message()));
    }

    private static ObjectNode wrapped(ObjectNode status) {
        var object = Json.object();
        object.set("status", status.deepCopy());
        return object;
    }

    private void set(ObjectNode status, Condition condition) {
        Conditions.set(status, condition, now);
        for (var item : status.path("conditions")) {
            if (!item.hasNonNull("lastProbeTime")) {
                ((ObjectNode) item).set("lastProbeTime", item.path("lastTransitionTime"));
            }
        }
    }
}
