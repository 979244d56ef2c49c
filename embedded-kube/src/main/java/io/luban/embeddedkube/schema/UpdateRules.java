package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Quantity;
import java.util.List;

/** What must not change once an object exists. */
final class UpdateRules {
    private static final String IMMUTABLE = "field is immutable";
    private static final String IMMUTABLE_DATA = "field is immutable when `immutable` is set";

    private UpdateRules() {}

    /** Compares the new object with the stored one. */
    @FunctionalInterface
    interface Check {
        void check(ObjectNode object, ObjectNode old, Findings findings);
    }

    static void selector(ObjectNode object, ObjectNode old, Findings findings) {
        fixedSelector(object, old, findings);
    }

    private static void fixedSelector(ObjectNode object, ObjectNode old, Findings findings) {
        var selector = object.path("spec").path("selector");
        if (!selector.equals(old.path("spec").path("selector"))) {
            findings.invalidText("spec.selector", GoText.labelSelector(selector), IMMUTABLE);
        }
    }

    static void statefulSet(ObjectNode object, ObjectNode old, Findings findings) {
        var free = List.of(
                "replicas",
                "ordinals",
                "template",
                "updateStrategy",
                "revisionHistoryLimit",
                "persistentVolumeClaimRetentionPolicy",
                "minReadySeconds");
        if (!without(object.path("spec"), free).equals(without(old.path("spec"), free))) {
            findings.forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
    }

    static void job(ObjectNode object, ObjectNode old, Findings findings) {
        fixedSelector(object, old, findings);
        if (!old.path("spec").path("suspend").asBoolean()) {
            immutable(object, old, "spec", "template", findings);
        }
        if (!object.path("spec").path("completionMode").asText().equals("Indexed")) {
            immutable(object, old, "spec", "completions", findings);
        }
        immutable(object, old, "spec", "completionMode", findings);
    }

    static void service(ObjectNode object, ObjectNode old, Findings findings) {
        var before = old.path("spec").path("clusterIPs").path(0).asText();
        var given = object.path("spec").path("clusterIP").asText();
        boolean isGivenAlone = !given.equals(before)
                && object.path("spec")
                        .path("clusterIPs")
                        .equals(old.path("spec").path("clusterIPs"));
        var after = isGivenAlone
                ? given
                : object.path("spec").path("clusterIPs").path(0).asText();
        boolean changesKind = isExternal(object) != isExternal(old);
        if (!before.isEmpty() && !before.equals(after) && !changesKind) {
            var value = "[]string{" + GoText.quoted(after) + "}";
            findings.invalidText("spec.clusterIPs[0]", value, "may not change once set");
        }
    }

    private static boolean isExternal(ObjectNode service) {
        return service.path("spec").path("type").asText().equals("ExternalName");
    }

    static void configMap(ObjectNode object, ObjectNode old, Findings findings) {
        frozen(object, old, List.of("data", "binaryData"), findings);
    }

    static void secret(ObjectNode object, ObjectNode old, Findings findings) {
        if (!object.path("type").equals(old.path("type"))) {
            findings.invalid("type", object.path("type"), IMMUTABLE);
        }
        frozen(object, old, List.of("data"), findings);
    }

    private static void frozen(ObjectNode object, ObjectNode old, List<String> members, Findings findings) {
        if (!old.path("immutable").asBoolean()) {
            return;
        }
        if (!object.path("immutable").asBoolean()) {
            findings.forbidden("immutable", IMMUTABLE_DATA);
        }
        for (var member : members) {
            if (!object.path(member).equals(old.path(member))) {
                findings.forbidden(member, IMMUTABLE_DATA);
            }
        }
    }

    static void binding(ObjectNode object, ObjectNode old, Findings findings) {
        if (!object.path("roleRef").equals(old.path("roleRef"))) {
            findings.invalidText("roleRef", GoText.roleRef(object.path("roleRef")), "cannot change roleRef");
        }
    }

    static void claim(ObjectNode object, ObjectNode old, Findings findings) {
        var spec = object.path("spec").deepCopy();
        var before = old.path("spec").deepCopy();
        if (before instanceof ObjectNode oldSpec && spec instanceof ObjectNode newSpec) {
            if (!oldSpec.has("volumeName")) {
                newSpec.remove("volumeName");
            }
            if (!oldSpec.has("storageClassName")) {
                newSpec.remove("storageClassName");
            }
            var free = List.of("resources", "volumeAttributesClassName");
            if (!without(newSpec, free).equals(without(oldSpec, free))) {
                findings.forbidden(
                        "spec",
                        "spec is immutable after creation except resources.requests and volumeAttributesClassName for"
                                + " bound claims");
            }
            shrinking(newSpec, oldSpec, findings);
        }
    }

    private static void shrinking(JsonNode spec, JsonNode old, Findings findings) {
        var after = spec.path("resources").path("requests").path("storage");
        var before = old.path("resources").path("requests").path("storage");
        if (after.isTextual()
                && before.isTextual()
                && Quantity.parse(after.asText()).compareTo(Quantity.parse(before.asText())) < 0) {
            findings.forbidden("spec.resources.requests.storage", "field can not be less than previous value");
        }
    }

    static void volume(ObjectNode object, ObjectNode old, Findings findings) {
        var spec = object.path("spec");
        var before = old.path("spec");
        var sources = ClusterValidation.sources(before);
        sources.addAll(ClusterValidation.sources(spec));
        for (var source : sources) {
            if (!spec.path(source).equals(before.path(source))) {
                findings.forbidden(
                        "spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
                return;
            }
        }
    }

    static void storageClass(ObjectNode object, ObjectNode old, Findings findings) {
        for (var member : List.of("provisioner", "parameters", "reclaimPolicy")) {
            if (!object.path(member).equals(old.path(member))) {
                findings.forbidden(member, "updates to %s are forbidden.".formatted(member));
            }
        }
        if (!object.path("volumeBindingMode").equals(old.path("volumeBindingMode"))) {
            findings.invalid("volumeBindingMode", object.path("volumeBindingMode"), IMMUTABLE);
        }
    }

    static void priorityClass(ObjectNode object, ObjectNode old, Findings findings) {
        if (!object.path("value").equals(old.path("value"))) {
            findings.forbidden("value", "may not be changed in an update.");
        }
        immutable(object, old, "preemptionPolicy", findings);
    }

    static void ingressClass(ObjectNode object, ObjectNode old, Findings findings) {
        immutable(object, old, "spec", "controller", findings);
    }

    /** The members of a specification that are not named. */
    static JsonNode without(JsonNode spec, List<String> members) {
        var copy = spec.deepCopy();
        if (copy instanceof ObjectNode object) {
            object.remove(members);
        }
        return copy;
    }

    static void controllerRevision(ObjectNode object, ObjectNode old, Findings findings) {
        immutable(object, old, "data", findings);
    }

    static void endpointSlice(ObjectNode object, ObjectNode old, Findings findings) {
        immutable(object, old, "addressType", findings);
    }

    static void runtimeClass(ObjectNode object, ObjectNode old, Findings findings) {
        immutable(object, old, "handler", findings);
    }

    /** Volume attachments. */
    static void specification(ObjectNode object, ObjectNode old, Findings findings) {
        immutable(object, old, "spec", findings);
    }

    static void resourceQuota(ObjectNode object, ObjectNode old, Findings findings) {
        var scopes = object.path("spec").path("scopes");
        if (!scopes.equals(old.path("spec").path("scopes"))) {
            findings.invalidText(
                    "spec.scopes", GoText.strings(scopes).replace("[]string", "[]core.ResourceQuotaScope"), IMMUTABLE);
        }
    }

    private static void immutable(ObjectNode object, ObjectNode old, String member, Findings findings) {
        if (!object.path(member).equals(old.path(member))) {
            findings.invalid(member, object.path(member), IMMUTABLE);
        }
    }

    private static void immutable(ObjectNode object, ObjectNode old, String part, String member, Findings findings) {
        var value = object.path(part).path(member);
        if (!value.equals(old.path(part).path(member))) {
            findings.invalid(part + "." + member, value, IMMUTABLE);
        }
    }
}
