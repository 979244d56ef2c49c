package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;

/** Rules of roles, bindings, webhooks and signing requests. */
final class AccessValidation {
    private static final String RBAC_GROUP = "rbac.authorization.k8s.io";

    private AccessValidation() {}

    static void role(ObjectNode object, Findings findings) {
        rules(object.path("rules"), true, findings);
    }

    static void clusterRole(ObjectNode object, Findings findings) {
        rules(object.path("rules"), false, findings);
    }

    private static void rules(JsonNode rules, boolean isNamespaced, Findings findings) {
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var path = "rules[" + i + "]";
            if (rule.path("verbs").isEmpty()) {
                findings.required(path + ".verbs", "verbs must contain at least one value");
            }
            var urls = rule.path("nonResourceURLs");
            if (!urls.isEmpty()) {
                if (isNamespaced) {
                    findings.invalidText(
                            path + ".nonResourceURLs",
                            GoText.strings(urls),
                            "namespaced rules cannot apply to non-resource URLs");
                }
                if (!rule.path("apiGroups").isEmpty() || !rule.path("resources").isEmpty()) {
                    findings.invalidText(
                            path + ".nonResourceURLs",
                            GoText.strings(urls),
                            "rules cannot apply to both regular resources and non-resource URLs");
                }
                continue;
            }
            if (rule.path("apiGroups").isEmpty()) {
                findings.required(path + ".apiGroups", "resource rules must supply at least one api group");
            }
            if (rule.path("resources").isEmpty()) {
                findings.required(path + ".resources", "resource rules must supply at least one resource");
            }
        }
    }

    static void roleBinding(ObjectNode object, Findings findings) {
        binding(object, List.of("Role", "ClusterRole"), findings);
    }

    static void clusterRoleBinding(ObjectNode object, Findings findings) {
        binding(object, List.of("ClusterRole"), findings);
    }

    private static void binding(ObjectNode object, List<String> roles, Findings findings) {
        var role = object.path("roleRef");
        group(role, "roleRef", List.of(RBAC_GROUP), findings);
        var kind = role.path("kind").asText();
        if (!kind.isEmpty() && !roles.contains(kind)) {
            findings.notSupported("roleRef.kind", kind, roles);
        }
        var subjects = object.path("subjects");
        for (int i = 0; i < subjects.size(); i++) {
            subject(subjects.get(i), "subjects[" + i + "]", findings);
        }
    }

    private static void subject(JsonNode subject, String path, Findings findings) {
        switch (subject.path("kind").asText()) {
            case "ServiceAccount" -> {
                var name = subject.path("name").asText();
                if (!name.isEmpty()) {
                    findings.invalid(path + ".name", name, ObjectNames.subdomain(name));
                }
                if (subject.path("namespace").asText().isEmpty()) {
                    findings.required(path + ".namespace", "");
                }
                group(subject, path, List.of(""), findings);
            }
            case "User", "Group" -> group(subject, path, List.of(RBAC_GROUP), findings);
            case "" -> {}
            default ->
                findings.notSupported(
                        path + ".kind", subject.path("kind").asText(), List.of("ServiceAccount", "User", "Group"));
        }
    }

    private static void group(JsonNode reference, String path, List<String> supported, Findings findings) {
        var group = reference.path("apiGroup").asText();
        if (!supported.contains(group)) {
            findings.notSupported(path + ".apiGroup", group, supported);
        }
    }

    static void webhooks(ObjectNode object, Findings findings) {
        var webhooks = object.path("webhooks");
        var names = new HashSet<String>();
        for (int i = 0; i < webhooks.size(); i++) {
            var webhook = webhooks.get(i);
            var path = "webhooks[" + i + "]";
            var name = webhook.path("name").asText();
            if (!name.isEmpty() && name.split("\\.", -1).length < 3) {
                findings.invalid(
                        path + ".name", name, "should be a domain with at least three segments separated by dots");
            }
            if (!name.isEmpty() && !names.add(name)) {
                findings.duplicate(path + ".name", name);
            }
            webhook(webhook, path, findings);
        }
    }

    private static void webhook(JsonNode webhook, String path, Findings findings) {
        var versions = webhook.path("admissionReviewVersions");
        boolean isKnown = false;
        for (var version : versions) {
            isKnown |= version.asText().equals("v1") || version.asText().equals("v1beta1");
        }
        if (!versions.isEmpty() && !isKnown) {
            findings.invalidText(
                    path + ".admissionReviewVersions",
                    GoText.strings(versions),
                    "must include at least one of v1, v1beta1");
        }
        var config = webhook.path("clientConfig");
        if (config.isObject() && config.has("url") == config.has("service")) {
            findings.required(path + ".clientConfig", "exactly one of url or service is required");
        }
        var timeout = webhook.path("timeoutSeconds");
        if (timeout.isNumber() && (timeout.asInt() < 1 || timeout.asInt() > 30)) {
            findings.invalid(path + ".timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds");
        }
        var rules = webhook.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            for (var member : List.of("operations", "apiGroups", "apiVersions", "resources")) {
                if (rules.get(i).path(member).isEmpty()) {
                    findings.required(path + ".rules[" + i + "]." + member, "");
                }
            }
            wildcards(rules.get(i).path("resources"), path + ".rules[" + i + "].resources", findings);
        }
    }

    private static void wildcards(JsonNode resources, String path, Findings findings) {
        for (var resource : resources) {
            boolean isAll = resource.asText().equals("*/*");
            if (isAll && resources.size() > 1) {
                findings.invalidText(
                        path, GoText.strings(resources), "if '*/*' is present, must not specify other resources");
            }
        }
    }

    static void signingRequest(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        var request = spec.path("request").asText();
        if (!request.isEmpty()) {
            var text = new String(Base64.getDecoder().decode(request), StandardCharsets.ISO_8859_1);
            if (!text.contains("-----BEGIN CERTIFICATE REQUEST-----")) {
                findings.invalid("spec.request", spec.path("request"), "PEM block type must be CERTIFICATE REQUEST");
            }
        }
        if (spec.path("usages").isEmpty()) {
            findings.required("spec.usages", "");
        }
        var signer = spec.path("signerName").asText();
        if (!signer.isEmpty() && !signer.matches("[a-z0-9][-a-z0-9.]*\\.[-a-z0-9.]*/.+")) {
            findings.invalid(
                    "spec.signerName",
                    signer,
                    "must be a fully qualified domain and path of the form" + " 'example.com/signer-name'");
        }
        var seconds = spec.path("expirationSeconds");
        if (seconds.isNumber() && seconds.asLong() < 600) {
            findings.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }
}
