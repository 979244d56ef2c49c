package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import java.util.List;

/** Rules of APIServices. */
final class RegistrationValidation {
    private static final int MAXIMUM_PORT = 65_535;

    private RegistrationValidation() {}

    static void apiService(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        identity(object, spec, findings);
        between("spec.groupPriorityMinimum", spec.path("groupPriorityMinimum"), 20_000, findings);
        between("spec.versionPriority", spec.path("versionPriority"), 1_000, findings);
        if (spec.path("service").isObject()) {
            remote(spec, findings);
        } else {
            local(spec, findings);
        }
    }

    private static void identity(ObjectNode object, JsonNode spec, Findings findings) {
        var group = spec.path("group").asText();
        var version = spec.path("version").asText();
        var name = object.path("metadata").path("name").asText();
        var wanted = version + "." + group;
        if (!name.equals(wanted)) {
            findings.invalid("metadata.name", name, "must be `spec.version+\".\"+spec.group`: \"" + wanted + "\"");
        }
        if (group.isEmpty() && !version.equals("v1")) {
            findings.required("spec.group", "only v1 may have an empty group and it better be legacy kube");
        }
        if (!group.isEmpty()) {
            findings.invalid("spec.group", group, ObjectNames.subdomain(group));
        }
        findings.invalid("spec.version", version, ObjectNames.label1035(version));
    }

    private static void local(JsonNode spec, Findings findings) {
        var bundle = spec.path("caBundle").asText();
        if (!bundle.isEmpty()) {
            findings.invalid("spec.caBundle", bytes(bundle) + " bytes", "local APIServices may not have a caBundle");
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean()) {
            findings.invalid(
                    "spec.insecureSkipTLSVerify",
                    spec.path("insecureSkipTLSVerify"),
                    "local APIServices may not have insecureSkipTLSVerify");
        }
    }

    private static int bytes(String base64) {
        return base64.replace("=", "").length() * 3 / 4;
    }

    private static void remote(JsonNode spec, Findings findings) {
        for (var member : List.of("namespace", "name")) {
            if (spec.path("service").path(member).asText().isEmpty()) {
                findings.required("spec.service." + member, "");
            }
        }
        var port = spec.path("service").path("port");
        if (port.isNumber() && (port.asInt() < 1 || port.asInt() > MAXIMUM_PORT)) {
            findings.invalid("spec.service.port", port, "port is not valid: must be between 1 and 65535, inclusive");
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean()
                && !spec.path("caBundle").asText().isEmpty()) {
            findings.invalid(
                    "spec.insecureSkipTLSVerify",
                    spec.path("insecureSkipTLSVerify"),
                    "may not be true if caBundle is present");
        }
    }

    private static void between(String field, JsonNode value, int maximum, Findings findings) {
        if (value.asInt() <= 0 || value.asInt() > maximum) {
            findings.invalid(field, LongNode.valueOf(value.asInt()), "must be positive and less than " + maximum);
        }
    }
}
