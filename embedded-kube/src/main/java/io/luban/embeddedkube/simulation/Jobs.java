package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs Jobs to their end: pods one after another up to the parallelism, until enough have succeeded. */
final class Jobs implements Controller {
    private final Simulated simulated;
    private final Cluster cluster;

    Jobs(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
    }

    /** Where a Job stands. */
    private record Progress(List<ObjectNode> active, int succeeded, int failed, int completions) {
        boolean isComplete() {
            return succeeded >= completions;
        }
    }

    @Override
    public String name() {
        return "simulated-jobs";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.JOBS) || resource.equals(Kinds.PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        simulated.observe(Kinds.JOBS, event, queue);
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated.find(key).map(job -> reconcile(key, job)).orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode job) {
        if (Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed")) {
            return retire(key, job);
        }
        var progress = progress(job);
        if (Trees.at(job, "spec", "suspend").asBoolean()) {
            progress.active().forEach(this::delete);
            simulated.writeStatus(key, status -> suspend(status));
            return Outcome.done();
        }
        if (progress.failed() > 0) {
            progress.active().forEach(this::delete);
        } else {
            addPods(job, progress);
        }
        var now = progress(job);
        simulated.writeStatus(key, status -> write(status, now));
        return Outcome.done();
    }

    private Progress progress(ObjectNode job) {
        var pods = cluster.owned(job, Kinds.PODS);
        var active = pods.stream()
                .filter(pod -> !Simulated.isFinished(pod) && !Trees.isTerminating(pod))
                .toList();
        int parallelism = Trees.at(job, "spec", "parallelism").asInt(1);
        return new Progress(
                active,
                count(pods, "Succeeded"),
                count(pods, "Failed"),
                Trees.at(job, "spec", "completions").asInt(parallelism));
    }

    private void addPods(ObjectNode job, Progress progress) {
        int parallelism = Trees.at(job, "spec", "parallelism").asInt(1);
        int open = progress.completions()
                - progress.succeeded()
                - progress.active().size();
        int room = parallelism - progress.active().size();
        for (int i = 0; i < Math.min(open, room); i++) {
            var template = Trees.at(job, "spec", "template");
            cluster.create(Kinds.PODS, Simulated.pod(job, template, Trees.name(job) + "-", labels(job)));
        }
    }

    private static Map<String, String> labels(ObjectNode job) {
        return Map.of(
                "batch.kubernetes.io/controller-uid", Trees.uid(job),
                "batch.kubernetes.io/job-name", Trees.name(job),
                "controller-uid", Trees.uid(job),
                "job-name", Trees.name(job));
    }

    private void suspend(ObjectNode status) {
        status.remove("active");
        set(status, new Condition("Suspended", true, "JobSuspended", "Job suspended"));
    }

    private void write(ObjectNode status, Progress progress) {
        var now = Trees.time(cluster.now());
        if (!status.hasNonNull("startTime")) {
            status.put("startTime", now);
        }
        put(status, "active", progress.active().size());
        put(status, "succeeded", progress.succeeded());
        put(status, "failed", progress.failed());
        status.put("ready", (int) progress.active().stream()
                .filter(pod -> Conditions.isTrue(pod, "Ready"))
                .count());
        status.putObject("uncountedTerminatedPods");
        if (progress.failed() > 0) {
            var why = "Job has reached the specified backoff limit";
            set(status, new Condition("FailureTarget", true, "BackoffLimitExceeded", why));
            set(status, new Condition("Failed", true, "BackoffLimitExceeded", why));
        } else if (progress.isComplete()) {
            var why = "Reached expected number of succeeded pods";
            status.put("completionTime", now);
            set(status, new Condition("SuccessCriteriaMet", true, "CompletionsReached", why));
            set(status, new Condition("Complete", true, "CompletionsReached", why));
        }
    }

    private void set(ObjectNode status, Condition condition) {
        Conditions.set(status, condition, cluster.now());
        for (var item : status.path("conditions")) {
            if (!item.hasNonNull("lastProbeTime")) {
                ((ObjectNode) item).set("lastProbeTime", item.path("lastTransitionTime"));
            }
        }
    }

    /** Deletes a finished Job when its time is over. */
    private Outcome retire(ObjectKey key, ObjectNode job) {
        var ttl = Trees.at(job, "spec", "ttlSecondsAfterFinished");
        if (!ttl.isNumber()) {
            return Outcome.done();
        }
        var left = Duration.between(cluster.now(), finished(job).plusSeconds(ttl.asLong()));
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        cluster.delete(key, Trees.uid(job));
        return Outcome.done();
    }

    private Instant finished(ObjectNode job) {
        for (var condition : Trees.at(job, "status", "conditions")) {
            var type = Trees.text(condition, "type");
            if (type.equals("Complete") || type.equals("Failed")) {
                return Instant.parse(Trees.text(condition, "lastTransitionTime"));
            }
        }
        return cluster.now();
    }

    private void delete(ObjectNode pod) {
        cluster.delete(Cluster.key(Kinds.PODS, pod), Trees.uid(pod));
    }

    private static int count(List<ObjectNode> pods, String phase) {
        return (int) pods.stream()
                .filter(pod -> Trees.text((JsonNode) pod, "status", "phase").equals(phase))
                .count();
    }

    private static void put(ObjectNode status, String member, int value) {
        if (value == 0) {
            status.remove(member);
        } else {
            status.put(member, value);
        }
    }
}
