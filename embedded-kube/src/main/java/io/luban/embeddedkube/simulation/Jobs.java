package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs Jobs to their end: as many pods at once as they want, again after failures, until enough have succeeded. */
final class Jobs implements Controller {
    private static final String OWN_CONTROLLER = "kubernetes.io/job-controller";

    private final Simulated simulated;
    private final Cluster cluster;
    private final PodCreation creation;
    private final EventRecorder.Source events;

    Jobs(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.events = simulated.events("job-controller");
        this.creation = new PodCreation(cluster, events);
    }

    @Override
    public String name() {
        return "workload-jobs";
    }

    @Override
    public int workers() {
        return Simulated.WORKERS;
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.JOBS) || resource.equals(Kinds.PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var object = event.object();
        if (object.key().resource().equals(Kinds.JOBS) || !object.ownerUids().isEmpty()) {
            simulated.observe(Kinds.JOBS, event, queue);
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated
                .find(key)
                .filter(job -> {
                    var manager = Trees.text(job, "spec", "managedBy");
                    return manager.isEmpty() || manager.equals(OWN_CONTROLLER);
                })
                .map(job -> reconcile(key, job))
                .orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode job) {
        if (Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed")) {
            return retire(key, job);
        }
        var pods = pods(job);
        if (Trees.at(job, "spec", "suspend").asBoolean()) {
            return suspend(key, job, pods);
        }
        var left = untilDeadline(job);
        var end = JobEnd.of(job, pods, left);
        Optional<ApiException> failure = Optional.empty();
        if (end.isPresent()) {
            deletePods(job, pods);
        } else {
            failure = adjust(job, pods);
        }
        var now = end.isPresent() ? pods : pods(job);
        var status = new JobStatus(cluster.now());
        simulated.writeStatus(key, live -> status.write(live, now, end));
        tell(job, end);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return left.filter(wait -> end.isEmpty()).map(Outcome::again).orElse(Outcome.done());
    }

    private JobPods pods(ObjectNode job) {
        var selector = LabelSelector.of(Trees.at(job, "spec", "selector"));
        var pods = Dependents.of(cluster, job, Kinds.PODS, selector).stream()
                .sorted(Comparator.comparing(Trees::name))
                .toList();
        return new JobPods(job, pods);
    }

    private Outcome suspend(ObjectKey key, ObjectNode job, JobPods pods) {
        deletePods(job, pods);
        var status = new JobStatus(cluster.now());
        if (!Conditions.isTrue(job, "Suspended")) {
            events.normal(job, "Suspended", "Job suspended");
        }
        simulated.writeStatus(key, status::suspend);
        return Outcome.done();
    }

    /** Time left of {@code activeDeadlineSeconds}; empty without. */
    private Optional<Duration> untilDeadline(ObjectNode job) {
        var seconds = Trees.at(job, "spec", "activeDeadlineSeconds");
        if (!seconds.isNumber()) {
            return Optional.empty();
        }
        var started = Trees.text(job, "status", "startTime");
        var since = started.isEmpty() ? cluster.now() : Instant.parse(started);
        return Optional.of(Duration.between(cluster.now(), since.plusSeconds(seconds.asLong())));
    }

    private Optional<ApiException> adjust(ObjectNode job, JobPods pods) {
        int missing = pods.missing();
        if (missing < 0) {
            creation.delete(
                    job,
                    pods.active()
                            .subList(
                                    pods.active().size() + missing,
                                    pods.active().size()));
            return Optional.empty();
        }
        var wanted = new ArrayList<ObjectNode>();
        if (pods.isIndexed()) {
            pods.freeIndexes(missing).forEach(index -> wanted.add(indexedPod(job, index)));
        } else {
            for (int i = 0; i < missing; i++) {
                wanted.add(pod(job, Trees.name(job) + "-", Map.of()));
            }
        }
        return creation.create(job, wanted);
    }

    private static ObjectNode pod(ObjectNode job, String name, Map<String, String> moreLabels) {
        var labels = new HashMap<>(moreLabels);
        labels.put("batch.kubernetes.io/controller-uid", Trees.uid(job));
        labels.put("batch.kubernetes.io/job-name", Trees.name(job));
        labels.put("controller-uid", Trees.uid(job));
        labels.put("job-name", Trees.name(job));
        return Simulated.pod(job, Trees.at(job, "spec", "template"), name, labels);
    }

    private static ObjectNode indexedPod(ObjectNode job, int index) {
        var text = Integer.toString(index);
        var name = Trees.name(job) + "-" + text;
        var pod = pod(job, name + "-", Map.of(JobPods.INDEX, text));
        Trees.ensure(pod, "metadata", "annotations").put(JobPods.INDEX, text);
        var spec = Trees.ensure(pod, "spec");
        spec.put("hostname", name);
        for (var container : spec.path("containers")) {
            Trees.ensureArray((ObjectNode) container, "env")
                    .addObject()
                    .put("name", "JOB_COMPLETION_INDEX")
                    .putObject("valueFrom")
                    .putObject("fieldRef")
                    .put("apiVersion", "v1")
                    .put("fieldPath", "metadata.labels['" + JobPods.INDEX + "']");
        }
        return pod;
    }

    private void deletePods(ObjectNode job, JobPods pods) {
        if (!pods.active().isEmpty()) {
            creation.delete(job, pods.active());
        }
    }

    private void tell(ObjectNode job, Optional<JobEnd> end) {
        if (Conditions.isTrue(job, "Suspended")) {
            events.normal(job, "Resumed", "Job resumed");
        }
        end.ifPresent(reached -> {
            if (reached.succeeds()) {
                events.normal(job, "Completed", "Job completed");
            } else {
                events.warning(job, reached.reason(), reached.message());
            }
        });
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
}
