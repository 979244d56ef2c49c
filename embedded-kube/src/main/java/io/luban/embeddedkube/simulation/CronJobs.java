package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes Jobs when the schedule of a CronJob says so, and keeps as many finished ones as it wants. */
final class CronJobs implements Controller {
    private static final String SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final int TOO_MANY_MISSED = 100;

    private final Simulated simulated;
    private final Cluster cluster;
    private final EventRecorder.Source events;

    CronJobs(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.events = simulated.events("cronjob-controller");
    }

    @Override
    public String name() {
        return "workload-cronjobs";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.CRON_JOBS) || resource.equals(Kinds.JOBS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var object = event.object();
        if (object.key().resource().equals(Kinds.CRON_JOBS)
                || !object.ownerUids().isEmpty()) {
            simulated.observe(Kinds.CRON_JOBS, event, queue);
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        return simulated.find(key).map(cron -> reconcile(key, cron)).orElse(Outcome.done());
    }

    private Outcome reconcile(ObjectKey key, ObjectNode cron) {
        prune(cron);
        writeStatus(key, cron, Optional.empty());
        if (Trees.at(cron, "spec", "suspend").asBoolean()) {
            return Outcome.done();
        }
        var schedule = schedule(cron);
        if (schedule.isEmpty()) {
            return Outcome.done();
        }
        var now = cluster.now();
        var due = latestDue(cron, schedule.get(), now);
        due.ifPresent(time -> begin(key, cron, time));
        return schedule.get()
                .after(now)
                .map(next -> Outcome.again(Duration.between(now, next)))
                .orElse(Outcome.done());
    }

    private Optional<Schedule> schedule(ObjectNode cron) {
        try {
            var zone = Trees.text(cron, "spec", "timeZone");
            var text = Trees.text(cron, "spec", "schedule");
            return Optional.of(Schedule.parse(text, zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone)));
        } catch (DateTimeException e) {
            events.warning(
                    cron, "UnknownTimeZone", "invalid timeZone: \"" + Trees.text(cron, "spec", "timeZone") + "\"");
        } catch (ParseException | IllegalArgumentException e) {
            events.warning(cron, "UnparseableSchedule", "unparseable schedule: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** The last time that the schedule named since the last Job, unless it is longer ago than a start may be late. */
    private Optional<Instant> latestDue(ObjectNode cron, Schedule schedule, Instant now) {
        var last = Trees.text(cron, "status", "lastScheduleTime");
        var since = Instant.parse(last.isEmpty() ? Trees.text(cron, "metadata", "creationTimestamp") : last);
        var deadline = Trees.at(cron, "spec", "startingDeadlineSeconds");
        if (deadline.isNumber()) {
            var earliest = now.minusSeconds(deadline.asLong());
            since = since.isBefore(earliest) ? earliest : since;
        }
        Optional<Instant> latest = Optional.empty();
        int missed = 0;
        for (var time = schedule.after(since);
                time.isPresent() && !time.get().isAfter(now);
                time = schedule.after(time.get())) {
            latest = time;
            if (++missed > TOO_MANY_MISSED) {
                events.warning(
                        cron,
                        "TooManyMissedTimes",
                        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
                // one Job for all that was missed, and the count begins anew
                return Optional.of(now.minusSeconds(now.getEpochSecond() % 60));
            }
        }
        return latest;
    }

    private void begin(ObjectKey key, ObjectNode cron, Instant time) {
        var active = active(cron);
        var policy = Trees.text(cron, "spec", "concurrencyPolicy");
        if (policy.equals("Forbid") && !active.isEmpty()) {
            events.normal(
                    cron,
                    "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid");
            return;
        }
        if (policy.equals("Replace")) {
            for (var job : active) {
                cluster.delete(Cluster.key(Kinds.JOBS, job), Trees.uid(job));
                events.normal(cron, "SuccessfulDelete", "Deleted job " + Trees.name(job));
            }
        }
        try {
            var job = job(cron, time);
            cluster.create(Kinds.JOBS, job)
                    .ifPresent(made -> events.normal(cron, "SuccessfulCreate", "Created job " + Trees.name(made)));
        } catch (ApiException e) {
            events.warning(
                    cron, "FailedCreate", "Error creating job: " + e.status().message());
            throw e;
        }
        writeStatus(key, cron, Optional.of(time));
    }

    private static ObjectNode job(ObjectNode cron, Instant time) {
        var template = Trees.at(cron, "spec", "jobTemplate");
        var name = Trees.name(cron) + "-" + time.getEpochSecond() / 60;
        var draft = Draft.of("batch/v1", "Job", Trees.namespace(cron), name)
                .labels(Trees.labels(template))
                .controlledBy(cron)
                .with("spec", template.path("spec").deepCopy());
        Trees.texts(Trees.at(template, "metadata", "annotations")).forEach(draft::annotation);
        draft.annotation(SCHEDULED_AT, Trees.time(time));
        if (Simulated.mustFail(cron)) {
            draft.annotation(Simulated.FAILURE, "true");
        }
        return draft.json();
    }

    private List<ObjectNode> active(ObjectNode cron) {
        return cluster.owned(cron, Kinds.JOBS).stream()
                .filter(job -> !isFinished(job) && !Trees.isTerminating(job))
                .sorted(Comparator.comparing(Trees::name))
                .toList();
    }

    private static boolean isFinished(JsonNode job) {
        return Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed");
    }

    private void prune(ObjectNode cron) {
        prune(
                cron,
                "Complete",
                Trees.at(cron, "spec", "successfulJobsHistoryLimit").asInt(3));
        prune(cron, "Failed", Trees.at(cron, "spec", "failedJobsHistoryLimit").asInt(1));
    }

    private void prune(ObjectNode cron, String condition, int kept) {
        cluster.owned(cron, Kinds.JOBS).stream()
                .filter(job -> Conditions.isTrue(job, condition) && !Trees.isTerminating(job))
                .sorted(Comparator.comparing((ObjectNode job) -> Trees.text(job, "status", "startTime"))
                        .reversed())
                .skip(kept)
                .forEach(job -> {
                    cluster.delete(Cluster.key(Kinds.JOBS, job), Trees.uid(job));
                    events.normal(cron, "SuccessfulDelete", "Deleted job " + Trees.name(job));
                });
    }

    private void writeStatus(ObjectKey key, ObjectNode cron, Optional<Instant> begun) {
        var active = active(cron);
        var jobs = cluster.owned(cron, Kinds.JOBS);
        tellFinished(cron, jobs);
        simulated.writeStatus(key, status -> {
            var list = Json.array();
            for (var job : active) {
                list.addObject()
                        .put("kind", "Job")
                        .put("namespace", Trees.namespace(job))
                        .put("name", Trees.name(job))
                        .put("uid", Trees.uid(job))
                        .put("apiVersion", "batch/v1")
                        .put("resourceVersion", Trees.text(job, "metadata", "resourceVersion"));
            }
            if (!sameJobs(list, status.path("active"))) {
                status.set("active", list);
            }
            begun.ifPresent(time -> status.put("lastScheduleTime", Trees.time(time)));
            jobs.stream()
                    .filter(job -> Conditions.isTrue(job, "Complete"))
                    .map(job -> Trees.text(job, "status", "completionTime"))
                    .max(Comparator.naturalOrder())
                    .filter(time -> time.compareTo(Trees.text(status, "lastSuccessfulTime")) > 0)
                    .ifPresent(time -> status.put("lastSuccessfulTime", time));
        });
    }

    /** What was active and is finished now. */
    private void tellFinished(ObjectNode cron, List<ObjectNode> jobs) {
        for (var reference : Trees.at(cron, "status", "active")) {
            jobs.stream()
                    .filter(job -> Trees.uid(job).equals(Trees.text(reference, "uid")) && isFinished(job))
                    .forEach(job -> events.normal(
                            cron,
                            "SawCompletedJob",
                            "Saw completed job: %s, condition: %s"
                                    .formatted(
                                            Trees.name(job),
                                            Conditions.isTrue(job, "Complete") ? "Complete" : "Failed")));
        }
    }

    private static boolean sameJobs(JsonNode one, JsonNode other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!Trees.text(one.get(i), "uid").equals(Trees.text(other.get(i), "uid"))) {
                return false;
            }
        }
        return true;
    }
}
