package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ObjectNames;

/** Rules of label selectors, wherever they stand. */
final class SelectorValidation {
    private SelectorValidation() {}

    static void check(JsonNode selector, String path, Findings findings) {
        TrafficValidation.labels(selector.path("matchLabels"), path + ".matchLabels", findings);
        var expressions = selector.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            requirement(expressions.get(i), path + ".matchExpressions[" + i + "]", findings);
        }
    }

    private static void requirement(JsonNode requirement, String path, Findings findings) {
        var operator = requirement.path("operator").asText();
        boolean hasValues = !requirement.path("values").isEmpty();
        switch (operator) {
            case "In", "NotIn" -> {
                if (!hasValues) {
                    findings.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (hasValues) {
                    findings.forbidden(
                            path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> findings.invalid(path + ".operator", operator, "not a valid selector operator");
        }
        var key = requirement.path("key").asText();
        findings.invalid(path + ".key", key, ObjectNames.qualifiedName(key));
    }
}
