package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Rules of what creates pods. */
final class WorkloadValidation {
    private static final int CRON_JOB_NAME = 52;

    private WorkloadValidation() {}

    static void deployment(ObjectNode object, Findings findings) {
        selecting(object, "deployment", "ReplicaSet", findings);
        RolloutValidation.deployment(object.path("spec"), findings);
    }

    static void replicaSet(ObjectNode object, Findings findings) {
        // The word is the one that Kubernetes uses here.
        selecting(object, "deployment", "ReplicaSet", findings);
    }

    static void daemonSet(ObjectNode object, Findings findings) {
        selecting(object, "daemonset", "DaemonSet", findings);
        RolloutValidation.daemonSet(object.path("spec"), findings);
    }

    static void statefulSet(ObjectNode object, Findings findings) {
        selecting(object, "statefulset", "StatefulSet", findings);
        RolloutValidation.statefulSet(object.path("spec"), findings);
    }

    private static void selecting(ObjectNode object, String word, String owner, Findings findings) {
        var spec = object.path("spec");
        findings.atLeastZero("spec.replicas", spec.path("replicas"));
        findings.atLeastZero("spec.minReadySeconds", spec.path("minReadySeconds"));
        findings.atLeastZero("spec.revisionHistoryLimit", spec.path("revisionHistoryLimit"));
        selector(spec, word, findings);
        var claims = new HashSet<String>();
        spec.path("volumeClaimTemplates")
                .forEach(claim -> claims.add(claim.path("metadata").path("name").asText()));
        PodValidation.template(spec.path("template"), "spec.template", claims, findings);
        alwaysRunning(spec, owner, findings);
    }

    static void replicationController(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        findings.atLeastZero("spec.replicas", spec.path("replicas"));
        if (spec.path("selector").isEmpty()) {
            findings.required("spec.selector", "");
        } else {
            matching(spec, Json.object().set("matchLabels", spec.path("selector")), findings);
        }
        PodValidation.template(spec.path("template"), "spec.template", Set.of(), findings);
        alwaysRunning(spec, "ReplicationController", findings);
    }

    static void podTemplate(ObjectNode object, Findings findings) {
        PodValidation.template(object.path("template"), "template", Set.of(), findings);
    }

    static void job(ObjectNode object, Findings findings) {
        jobSpec(object.path("spec"), "spec", findings);
        var spec = object.path("spec");
        if (spec.has("selector") && !spec.path("manualSelector").asBoolean()) {
            generated(object, findings);
        }
    }

    /** Pods carry the name and uid of their job, so that no job takes those of another for its own. */
    private static void generated(ObjectNode job, Findings findings) {
        var uid = job.path("metadata").path("uid").asText();
        var name = job.path("metadata").path("name").asText();
        var expected = new TreeMap<>(Map.of(
                "batch.kubernetes.io/controller-uid",
                uid,
                "batch.kubernetes.io/job-name",
                name,
                "controller-uid",
                uid,
                "job-name",
                name));
        var labels = job.at("/spec/template/metadata/labels");
        expected.forEach((label, wanted) -> {
            var field = "spec.template.metadata.labels[%s]".formatted(label);
            if (!labels.has(label)) {
                findings.required(field, "must be '%s'".formatted(wanted));
            } else if (!labels.path(label).asText().equals(wanted)) {
                findings.invalidText(field, GoText.labels(labels), "must be '%s'".formatted(wanted));
            }
        });
        var selector = job.path("spec").path("selector");
        if (!LabelSelector.from(selector).matches(expected)) {
            findings.invalidText("spec.selector", GoText.labelSelector(selector), "`selector` not auto-generated");
        }
    }

    private static void jobSpec(JsonNode spec, String path, Findings findings) {
        for (var member : List.of(
                "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")) {
            findings.atLeastZero(path + "." + member, spec.path(member));
        }
        if (spec.path("completionMode").asText().equals("Indexed") && !spec.has("completions")) {
            findings.required(path + ".completions", "when completion mode is Indexed");
        }
        PodValidation.template(spec.path("template"), path + ".template", Set.of(), findings);
        var policy = spec.path("template").path("spec").path("restartPolicy").asText();
        if (policy.equals("Always")) {
            findings.required(path + ".template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }
    }

    static void cronJob(ObjectNode object, Findings findings) {
        var name = object.path("metadata").path("name").asText();
        // Eleven more characters make the name of a job, which is a label.
        if (name.length() > CRON_JOB_NAME) {
            findings.invalid("metadata.name", name, "must be no more than " + CRON_JOB_NAME + " characters");
        }
        var spec = object.path("spec");
        var schedule = spec.path("schedule").asText();
        if (!schedule.isEmpty()) {
            CronSchedule.problem(schedule).ifPresent(text -> findings.invalid("spec.schedule", schedule, text));
        }
        var zone = spec.path("timeZone");
        if (zone.isTextual() && !isZone(zone.asText())) {
            findings.invalid("spec.timeZone", zone, "unknown time zone " + zone.asText());
        }
        for (var member : List.of("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")) {
            findings.atLeastZero("spec." + member, spec.path(member));
        }
        jobSpec(spec.path("jobTemplate").path("spec"), "spec.jobTemplate.spec", findings);
    }

    private static boolean isZone(String name) {
        try {
            return !name.isEmpty() && !ZoneId.of(name).getId().isEmpty();
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static void selector(JsonNode spec, String word, Findings findings) {
        var selector = spec.path("selector");
        if (selector.isObject() && selector.isEmpty()) {
            findings.invalidText(
                    "spec.selector", GoText.labelSelector(selector), "empty selector is invalid for " + word);
        }
        if (!selector.isObject() || !selector.isEmpty()) {
            matching(spec, selector, findings);
        }
    }

    /** A selector that is missing matches nothing. */
    private static void matching(JsonNode spec, JsonNode selector, Findings findings) {
        var template = spec.path("template").path("metadata").path("labels");
        var labels = new HashMap<String, String>();
        template.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        try {
            if (!selector.isObject() || !LabelSelector.from(selector).matches(labels)) {
                findings.invalidText(
                        "spec.template.metadata.labels",
                        GoText.labels(template),
                        "`selector` does not match template `labels`");
            }
        } catch (ParseException e) {
            findings.invalidText("spec.selector", GoText.labelSelector(selector), "invalid label selector");
        }
    }

    private static void alwaysRunning(JsonNode spec, String owner, Findings findings) {
        var pod = spec.path("template").path("spec");
        var policy = pod.path("restartPolicy").asText();
        if (!policy.isEmpty() && !policy.equals("Always")) {
            findings.notSupported("spec.template.spec.restartPolicy", policy, List.of("Always"));
        }
        if (pod.has("activeDeadlineSeconds")) {
            findings.forbidden(
                    "spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in %s is not Supported".formatted(owner));
        }
    }
}
