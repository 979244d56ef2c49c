package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import io.luban.model.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rules of resource quotas: what may be counted, and for which objects. */
final class QuotaValidation {
    private static final String PODS = "pods";
    private static final String SCOPES_FIELD = "spec.scopes";
    private static final String SELECTOR_FIELD = "spec.scopeSelector.matchExpressions";
    private static final Set<String> COUNTED =
            Set.of(PODS, "services", "secrets", "configmaps", "persistentvolumeclaims");
    private static final Set<String> COMPUTED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");
    private static final Set<String> CLAIMED = Set.of("persistentvolumeclaims", "requests.storage");
    private static final Set<String> POD_SCOPES =
            Set.of("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity");
    private static final Set<String> WITHOUT_VALUES =
            Set.of("Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "CrossNamespacePodAffinity");
    private static final List<List<String>> EXCLUSIVE =
            List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating"));

    private QuotaValidation() {}

    static void resourceQuota(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        var hard = spec.path("hard");
        PodValidation.notNegative(hard, "spec.hard", findings);
        for (var amount : hard.properties()) {
            amount(amount.getKey(), amount.getValue(), findings);
        }
        scopes(spec.path("scopes"), hard, findings);
        for (var expression : spec.path("scopeSelector").path("matchExpressions")) {
            expression(expression, hard, findings);
        }
    }

    private static void amount(String name, JsonNode amount, Findings findings) {
        var field = "spec.hard[" + name + "]";
        ResourceNames.check(name, field, findings);
        if (ObjectNames.qualifiedName(name).isEmpty() && !name.contains("/") && !ResourceNames.isForQuota(name)) {
            findings.invalid(field, name, "must be a standard resource for quota");
        }
        boolean isCount = name.startsWith("count/") || COUNTED.contains(name);
        var value = Quantity.parse(amount.asText()).value();
        if (isCount && value.stripTrailingZeros().scale() > 0) {
            findings.invalid(field, amount, "must be an integer");
        }
    }

    private static void scopes(JsonNode scopes, JsonNode hard, Findings findings) {
        var text = GoText.strings(scopes).replace("[]string", "[]core.ResourceQuotaScope");
        var given = new HashSet<String>();
        for (var scope : scopes) {
            given.add(scope.asText());
            if (!isScope(scope.asText())) {
                findings.invalidText(SCOPES_FIELD, text, "unsupported scope");
            }
            for (int i = unsuited(scope.asText(), hard).size(); i > 0; i--) {
                findings.invalidText(SCOPES_FIELD, text, "unsupported scope applied to resource");
            }
        }
        for (var pair : EXCLUSIVE) {
            if (given.containsAll(pair)) {
                findings.invalidText(SCOPES_FIELD, text, "conflicting scopes");
            }
        }
    }

    private static void expression(JsonNode expression, JsonNode hard, Findings findings) {
        var scope = expression.path("scopeName").asText();
        if (!isScope(scope)) {
            findings.invalid(SELECTOR_FIELD + ".scopeName", scope, "unsupported scope");
        }
        for (var name : unsuited(scope, hard)) {
            findings.invalid(SELECTOR_FIELD, name, "unsupported scope applied to resource");
        }
        var operator = expression.path("operator").asText();
        if (WITHOUT_VALUES.contains(scope) && !operator.equals("Exists")) {
            findings.invalid(
                    SELECTOR_FIELD + ".operator",
                    operator,
                    "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating,"
                            + " ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or"
                            + " ResourceQuotaScopeCrossNamespacePodAffinity");
        }
        values(operator, expression.path("values"), findings);
    }

    private static void values(String operator, JsonNode values, Findings findings) {
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    findings.required(
                            SELECTOR_FIELD + ".values",
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    findings.invalidText(
                            SELECTOR_FIELD + ".values",
                            GoText.strings(values),
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> findings.invalid(SELECTOR_FIELD + ".operator", operator, "not a valid selector operator");
        }
    }

    private static boolean isScope(String scope) {
        return POD_SCOPES.contains(scope) || scope.equals("BestEffort") || scope.equals("VolumeAttributesClass");
    }

    /** The limited resources that nothing of that scope has. */
    private static List<String> unsuited(String scope, JsonNode hard) {
        var result = new ArrayList<String>();
        hard.fieldNames().forEachRemaining(name -> {
            if (ResourceNames.isForQuota(name) && !isSuited(scope, name)) {
                result.add(name);
            }
        });
        return result;
    }

    private static boolean isSuited(String scope, String name) {
        if (POD_SCOPES.contains(scope)) {
            return name.equals(PODS) || COMPUTED.contains(name);
        }
        return switch (scope) {
            case "BestEffort" -> name.equals(PODS);
            case "VolumeAttributesClass" -> CLAIMED.contains(name);
            default -> true;
        };
    }
}
