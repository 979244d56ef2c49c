package io.luban.embeddedkube.schema;

import static io.luban.embeddedkube.schema.Fill.each;
import static io.luban.embeddedkube.schema.Fill.flag;
import static io.luban.embeddedkube.schema.Fill.number;
import static io.luban.embeddedkube.schema.Fill.object;
import static io.luban.embeddedkube.schema.Fill.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of what creates pods. */
final class WorkloadDefaults {
    private static final String BATCH = "batch.kubernetes.io/";

    private WorkloadDefaults() {}

    static void podTemplate(ObjectNode object) {
        PodDefaults.template(object, "template");
    }

    static void deployment(ObjectNode object) {
        var spec = object(object, "spec");
        number(spec, "replicas", 1);
        number(spec, "revisionHistoryLimit", 10);
        number(spec, "progressDeadlineSeconds", 600);
        var strategy = object(spec, "strategy");
        text(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            var rolling = object(strategy, "rollingUpdate");
            text(rolling, "maxUnavailable", "25%");
            text(rolling, "maxSurge", "25%");
        }
        PodDefaults.template(spec, "template");
    }

    static void replicaSet(ObjectNode object) {
        var spec = object(object, "spec");
        number(spec, "replicas", 1);
        PodDefaults.template(spec, "template");
    }

    static void replicationController(ObjectNode object) {
        replicaSet(object);
        var spec = object(object, "spec");
        var labels = spec.path("template").path("metadata").path("labels");
        if (!labels.isEmpty()) {
            if (!spec.has("selector")) {
                spec.set("selector", labels.deepCopy());
            }
            var metadata = object(object, "metadata");
            if (!metadata.has("labels")) {
                metadata.set("labels", labels.deepCopy());
            }
        }
    }

    static void statefulSet(ObjectNode object) {
        var spec = object(object, "spec");
        number(spec, "replicas", 1);
        text(spec, "podManagementPolicy", "OrderedReady");
        number(spec, "revisionHistoryLimit", 10);
        var update = object(spec, "updateStrategy");
        text(update, "type", "RollingUpdate");
        if (update.path("type").asText().equals("RollingUpdate")) {
            number(object(update, "rollingUpdate"), "partition", 0);
        }
        var retention = object(spec, "persistentVolumeClaimRetentionPolicy");
        text(retention, "whenDeleted", "Retain");
        text(retention, "whenScaled", "Retain");
        each(spec.path("volumeClaimTemplates"), claim -> {
            claim.put("apiVersion", "v1");
            claim.put("kind", "PersistentVolumeClaim");
            StorageDefaults.claim(claim);
        });
        PodDefaults.template(spec, "template");
    }

    static void daemonSet(ObjectNode object) {
        var spec = object(object, "spec");
        number(spec, "revisionHistoryLimit", 10);
        var update = object(spec, "updateStrategy");
        text(update, "type", "RollingUpdate");
        if (update.path("type").asText().equals("RollingUpdate")) {
            var rolling = object(update, "rollingUpdate");
            number(rolling, "maxUnavailable", 1);
            number(rolling, "maxSurge", 0);
        }
        var annotations = object(object(object, "metadata"), "annotations");
        text(annotations, "deprecated.daemonset.template.generation", "1");
        PodDefaults.template(spec, "template");
    }

    static void job(ObjectNode object) {
        var spec = object(object, "spec");
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1);
        }
        number(spec, "parallelism", 1);
        number(spec, "backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
        text(spec, "completionMode", "NonIndexed");
        flag(spec, "suspend", false);
        flag(spec, "manualSelector", false);
        text(spec, "podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        PodDefaults.template(spec, "template");
        selectOwnPods(object, spec);
        var metadata = object(object, "metadata");
        var labels = spec.path("template").path("metadata").path("labels");
        if (!metadata.has("labels") && !labels.isEmpty()) {
            metadata.set("labels", labels.deepCopy());
        }
    }

    /** The uid in label and selector keeps jobs from adopting each other's pods. */
    private static void selectOwnPods(ObjectNode job, ObjectNode spec) {
        var metadata = object(job, "metadata");
        var uid = metadata.path("uid").asText();
        if (uid.isEmpty() || spec.path("manualSelector").asBoolean()) {
            return;
        }
        // What a job brings along under these names stays; whether it fits is for the validation to say.
        var labels = object(object(object(spec, "template"), "metadata"), "labels");
        var name = metadata.path("name").asText();
        text(labels, BATCH + "controller-uid", uid);
        text(labels, BATCH + "job-name", name);
        text(labels, "controller-uid", uid);
        text(labels, "job-name", name);
        text(object(object(spec, "selector"), "matchLabels"), BATCH + "controller-uid", uid);
    }

    static void cronJob(ObjectNode object) {
        var spec = object(object, "spec");
        text(spec, "concurrencyPolicy", "Allow");
        flag(spec, "suspend", false);
        number(spec, "successfulJobsHistoryLimit", 3);
        number(spec, "failedJobsHistoryLimit", 1);
        PodDefaults.template(object(object(spec, "jobTemplate"), "spec"), "template");
    }
}
