package io.luban.embeddedkube.schema;

import static io.luban.embeddedkube.schema.Fill.each;
import static io.luban.embeddedkube.schema.Fill.list;
import static io.luban.embeddedkube.schema.Fill.number;
import static io.luban.embeddedkube.schema.Fill.object;
import static io.luban.embeddedkube.schema.Fill.present;
import static io.luban.embeddedkube.schema.Fill.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Defaults of cluster-level kinds: access, admission, limits, scaling, the API itself. */
final class PolicyDefaults {
    private static final String RBAC_GROUP = "rbac.authorization.k8s.io";

    private PolicyDefaults() {}

    static void namespace(ObjectNode object) {
        var metadata = object(object, "metadata");
        var name = metadata.path("name").asText();
        if (!name.isEmpty()) {
            object(metadata, "labels").put("kubernetes.io/metadata.name", name);
        }
        // A terminating namespace loses its finalizer for good.
        if (!metadata.has("deletionTimestamp")) {
            list(object(object, "spec"), "finalizers", "kubernetes");
        }
        text(object(object, "status"), "phase", "Active");
    }

    static void secret(ObjectNode object) {
        text(object, "type", "Opaque");
    }

    static void binding(ObjectNode object) {
        present(object.path("roleRef"), role -> text(role, "apiGroup", RBAC_GROUP));
        each(object.path("subjects"), subject -> {
            if (!subject.path("kind").asText().equals("ServiceAccount")) {
                text(subject, "apiGroup", RBAC_GROUP);
            }
        });
    }

    static void validatingWebhooks(ObjectNode object) {
        each(object.path("webhooks"), PolicyDefaults::webhook);
    }

    static void mutatingWebhooks(ObjectNode object) {
        each(object.path("webhooks"), webhook -> {
            webhook(webhook);
            text(webhook, "reinvocationPolicy", "Never");
        });
    }

    private static void webhook(ObjectNode webhook) {
        text(webhook, "failurePolicy", "Fail");
        text(webhook, "matchPolicy", "Equivalent");
        object(webhook, "namespaceSelector");
        object(webhook, "objectSelector");
        number(webhook, "timeoutSeconds", 10);
        servicePort(webhook.path("clientConfig").path("service"));
        each(webhook.path("rules"), rule -> text(rule, "scope", "*"));
    }

    static void admissionPolicy(ObjectNode object) {
        var spec = object(object, "spec");
        text(spec, "failurePolicy", "Fail");
        present(spec.path("matchConstraints"), PolicyDefaults::matchResources);
    }

    static void admissionPolicyBinding(ObjectNode object) {
        present(object.path("spec").path("matchResources"), PolicyDefaults::matchResources);
    }

    private static void matchResources(ObjectNode match) {
        text(match, "matchPolicy", "Equivalent");
        object(match, "namespaceSelector");
        object(match, "objectSelector");
        each(match.path("resourceRules"), rule -> text(rule, "scope", "*"));
        each(match.path("excludeResourceRules"), rule -> text(rule, "scope", "*"));
    }

    static void priorityClass(ObjectNode object) {
        text(object, "preemptionPolicy", "PreemptLowerPriority");
    }

    static void apiService(ObjectNode object) {
        servicePort(object.path("spec").path("service"));
    }

    private static void servicePort(JsonNode service) {
        present(service, reference -> number(reference, "port", 443));
    }

    static void definition(ObjectNode object) {
        var spec = object(object, "spec");
        present(spec.path("names"), names -> {
            var kind = names.path("kind").asText();
            text(names, "singular", kind.toLowerCase(Locale.ROOT));
            text(names, "listKind", kind + "List");
        });
        var conversion = object(spec, "conversion");
        text(conversion, "strategy", "None");
        servicePort(conversion.path("webhook").path("clientConfig").path("service"));
    }

    /** Limits of containers imply each other: the maximum is the default, the default is the request. */
    static void limitRange(ObjectNode object) {
        each(object.path("spec").path("limits"), limit -> {
            if (limit.path("type").asText().equals("Container")) {
                copyMissing(limit, "max", "default");
                copyMissing(limit, "default", "defaultRequest");
                copyMissing(limit, "min", "defaultRequest");
            }
        });
    }

    private static void copyMissing(ObjectNode limit, String from, String to) {
        for (var amount : limit.path(from).properties()) {
            var target = object(limit, to);
            if (!target.has(amount.getKey())) {
                target.set(amount.getKey(), amount.getValue());
            }
        }
    }

    static void autoscalerV1(ObjectNode object) {
        number(object(object, "spec"), "minReplicas", 1);
    }

    static void autoscaler(ObjectNode object) {
        var spec = object(object, "spec");
        number(spec, "minReplicas", 1);
        if (!spec.has("metrics")) {
            var metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", 80);
        }
        present(spec.path("behavior"), PolicyDefaults::behavior);
    }

    private static void behavior(ObjectNode behavior) {
        var up = object(behavior, "scaleUp");
        number(up, "stabilizationWindowSeconds", 0);
        text(up, "selectPolicy", "Max");
        if (!up.has("policies")) {
            var policies = up.putArray("policies");
            policies.addObject().put("type", "Pods").put("value", 4).put("periodSeconds", 15);
            policies.addObject().put("type", "Percent").put("value", 100).put("periodSeconds", 15);
        }
        var down = object(behavior, "scaleDown");
        text(down, "selectPolicy", "Max");
        if (!down.has("policies")) {
            down.putArray("policies")
                    .addObject()
                    .put("type", "Percent")
                    .put("value", 100)
                    .put("periodSeconds", 15);
        }
    }
}
