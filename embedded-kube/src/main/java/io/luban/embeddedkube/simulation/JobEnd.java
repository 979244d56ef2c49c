package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.util.Optional;

/** How a Job ends, in the words of its conditions. */
record JobEnd(boolean succeeds, String reason, String message) {
    /** Empty while the Job goes on; {@code left} is the time that it may still take. */
    static Optional<JobEnd> of(ObjectNode job, JobPods pods, Optional<Duration> left) {
        if (pods.verdict().isPresent()) {
            return failure("PodFailurePolicy", pods.verdict().get());
        }
        int limit = Trees.at(job, "spec", "backoffLimit").asInt(6);
        boolean isPerIndex = Trees.at(job, "spec", "backoffLimitPerIndex").isNumber();
        if (pods.failed() > limit
                && !(isPerIndex && Trees.at(job, "spec", "backoffLimit").isMissingNode())) {
            return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        if (left.isPresent() && !left.get().isPositive()) {
            return failure("DeadlineExceeded", "Job was active longer than specified deadline");
        }
        var failedIndexes = pods.failedIndexes();
        var most = Trees.at(job, "spec", "maxFailedIndexes");
        if (most.isNumber() && failedIndexes.size() > most.asInt()) {
            return failure(
                    "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }
        var rule = pods.metRule();
        if (rule.isPresent()) {
            return Optional.of(new JobEnd(true, "SuccessPolicy", "Matched rules at index " + rule.get()));
        }
        if (pods.isComplete()) {
            return Optional.of(new JobEnd(true, "CompletionsReached", "Reached expected number of succeeded pods"));
        }
        boolean isTriedOut = isPerIndex
                && !failedIndexes.isEmpty()
                && pods.active().isEmpty()
                && failedIndexes.size() + pods.succeeded() >= pods.completions().orElse(0);
        return isTriedOut ? failure("FailedIndexes", "Job has failed indexes") : Optional.empty();
    }

    private static Optional<JobEnd> failure(String reason, String message) {
        return Optional.of(new JobEnd(false, reason, message));
    }
}
