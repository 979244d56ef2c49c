package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Rules of what creates pods. */
final class WorkloadValidation {
    private WorkloadValidation() {}

    /** Deployments, replica sets, stateful sets, daemon sets. */
    static void selecting(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        findings.atLeastZero("spec.replicas", spec.path("replicas"));
        findings.atLeastZero("spec.minReadySeconds", spec.path("minReadySeconds"));
        findings.atLeastZero("spec.revisionHistoryLimit", spec.path("revisionHistoryLimit"));
        var selector = spec.path("selector");
        if (selector.isObject()) {
            selector(object, selector, findings);
        }
        var claims = new HashSet<String>();
        spec.path("volumeClaimTemplates")
                .forEach(claim -> claims.add(claim.path("metadata").path("name").asText()));
        PodValidation.podSpec(spec.path("template").path("spec"), "spec.template.spec", claims, findings);
        alwaysRestarting(spec, findings);
    }

    static void replicationController(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        findings.atLeastZero("spec.replicas", spec.path("replicas"));
        if (spec.path("selector").isEmpty()) {
            findings.required("spec.selector", "");
        }
        template(spec, "spec", findings);
        alwaysRestarting(spec, findings);
    }

    static void podTemplate(ObjectNode object, Findings findings) {
        PodValidation.podSpec(object.path("template").path("spec"), "template.spec", findings);
    }

    static void job(ObjectNode object, Findings findings) {
        jobSpec(object.path("spec"), "spec", findings);
        var spec = object.path("spec");
        if (spec.has("selector") && !spec.path("manualSelector").asBoolean()) {
            var uid = object.path("metadata").path("uid").asText();
            var selected = spec.path("selector").path("matchLabels").path("batch.kubernetes.io/controller-uid");
            if (!selected.asText().equals(uid)) {
                findings.invalid("spec.selector", spec.path("selector"), "`selector` not auto-generated");
            }
        }
    }

    private static void jobSpec(JsonNode spec, String path, Findings findings) {
        for (var member : List.of(
                "parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")) {
            findings.atLeastZero(path + "." + member, spec.path(member));
        }
        template(spec, path, findings);
        var policy = spec.path("template").path("spec").path("restartPolicy").asText();
        if (policy.equals("Always")) {
            findings.required(path + ".template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }
    }

    static void cronJob(ObjectNode object, Findings findings) {
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

    private static void selector(ObjectNode object, JsonNode selector, Findings findings) {
        if (selector.isEmpty()) {
            var kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
            findings.invalid("spec.selector", selector, "empty selector is invalid for " + kind);
            return;
        }
        var labels = new HashMap<String, String>();
        object.path("spec")
                .path("template")
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        try {
            if (!LabelSelector.from(selector).matches(labels)) {
                findings.invalidText(
                        "spec.template.metadata.labels", goMap(labels), "`selector` does not match template `labels`");
            }
        } catch (ParseException e) {
            findings.invalid("spec.selector", selector, "invalid label selector");
        }
    }

    /** Label maps in messages look as Go prints them. */
    private static String goMap(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> "\"%s\":\"%s\"".formatted(label.getKey(), label.getValue()))
                        .collect(Collectors.joining(", ", "map[string]string{", "}"));
    }

    private static void template(JsonNode spec, String path, Findings findings) {
        PodValidation.podSpec(spec.path("template").path("spec"), path + ".template.spec", findings);
    }

    private static void alwaysRestarting(JsonNode spec, Findings findings) {
        var policy = spec.path("template").path("spec").path("restartPolicy").asText();
        if (!policy.isEmpty() && !policy.equals("Always")) {
            findings.notSupported("spec.template.spec.restartPolicy", policy, List.of("Always"));
        }
    }
}
