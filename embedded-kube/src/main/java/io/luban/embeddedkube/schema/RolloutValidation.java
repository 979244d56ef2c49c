package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luban.model.StatusCause;
import java.util.List;

/** Rules of how workloads replace their pods. */
final class RolloutValidation {
    private static final String PERCENT_RULE = "a valid percent string must be a numeric string followed by an ending"
            + " '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    private static final int ALL = 100;

    private RolloutValidation() {}

    static void deployment(JsonNode spec, Findings findings) {
        var strategy = spec.path("strategy");
        var rolling = strategy.path("rollingUpdate");
        switch (strategy.path("type").asText()) {
            case "RollingUpdate" -> deploymentRolling(rolling, findings);
            case "Recreate" -> {
                if (!rolling.isMissingNode()) {
                    findings.forbidden(
                            "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            default ->
                unsupported("spec.strategy", "Deployment", strategy, List.of("Recreate", "RollingUpdate"), findings);
        }
        var deadline = spec.path("progressDeadlineSeconds");
        findings.atLeastZero("spec.progressDeadlineSeconds", deadline);
        if (deadline.isNumber()
                && deadline.asLong() <= spec.path("minReadySeconds").asLong()) {
            findings.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
    }

    private static void deploymentRolling(JsonNode rolling, Findings findings) {
        var unavailable = rolling.path("maxUnavailable");
        var surge = rolling.path("maxSurge");
        var path = "spec.strategy.rollingUpdate.";
        amount(unavailable, path + "maxUnavailable", findings);
        amount(surge, path + "maxSurge", findings);
        if (value(unavailable) == 0 && value(surge) == 0) {
            findings.invalidText(
                    path + "maxUnavailable", GoText.intOrString(unavailable), "may not be 0 when `maxSurge` is 0");
        }
        notAbovePercent(unavailable, path + "maxUnavailable", findings);
    }

    static void daemonSet(JsonNode spec, Findings findings) {
        var strategy = spec.path("updateStrategy");
        var path = "spec.updateStrategy.rollingUpdate.";
        switch (strategy.path("type").asText()) {
            case "RollingUpdate" -> {
                var rolling = strategy.path("rollingUpdate");
                amount(rolling.path("maxUnavailable"), path + "maxUnavailable", findings);
                amount(rolling.path("maxSurge"), path + "maxSurge", findings);
                boolean mayMiss = value(rolling.path("maxUnavailable")) != 0;
                boolean maySurge = value(rolling.path("maxSurge")) != 0;
                if (mayMiss && maySurge) {
                    findings.invalidText(
                            path + "maxSurge",
                            GoText.intOrString(rolling.path("maxSurge")),
                            "may not be set when maxUnavailable is non-zero");
                } else if (!mayMiss && !maySurge) {
                    findings.required(path + "maxUnavailable", "cannot be 0 when maxSurge is 0");
                }
            }
            case "OnDelete" -> {}
            default ->
                unsupported(
                        "spec.updateStrategy",
                        "DaemonSetUpdate",
                        strategy,
                        List.of("RollingUpdate", "OnDelete"),
                        findings);
        }
    }

    static void statefulSet(JsonNode spec, Findings findings) {
        var management = spec.path("podManagementPolicy").asText();
        if (!List.of("OrderedReady", "Parallel").contains(management)) {
            findings.invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'");
        }
        var strategy = spec.path("updateStrategy");
        switch (strategy.path("type").asText()) {
            case "RollingUpdate" ->
                findings.atLeastZero(
                        "spec.updateStrategy.rollingUpdate.partition",
                        strategy.path("rollingUpdate").path("partition"));
            case "OnDelete" -> {
                if (strategy.has("rollingUpdate")) {
                    findings.invalid(
                            "spec.updateStrategy.rollingUpdate",
                            strategy.path("rollingUpdate"),
                            "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            default ->
                findings.invalidText(
                        "spec.updateStrategy",
                        structure("StatefulSetUpdate", strategy),
                        "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    private static void unsupported(
            String path, String type, JsonNode strategy, List<String> supported, Findings findings) {
        var names = String.join(", ", supported.stream().map(GoText::quoted).toList());
        findings.add(new StatusCause(
                "FieldValueNotSupported",
                "Unsupported value: %s: supported values: %s".formatted(structure(type, strategy), names),
                path));
    }

    private static String structure(String type, JsonNode strategy) {
        var rolling = type.equals("Deployment")
                ? "RollingUpdateDeployment"
                : "RollingUpdate" + type.replace("Update", strategyOwner(type));
        return "apps.%sStrategy{Type:%s, RollingUpdate:(*apps.%s)(nil)}"
                .formatted(type, GoText.quoted(strategy.path("type").asText()), rolling);
    }

    private static String strategyOwner(String type) {
        return type.equals("StatefulSetUpdate") ? "Strategy" : "";
    }

    /** A number that is not negative, or a percentage. */
    static void amount(JsonNode value, String path, Findings findings) {
        if (value.isTextual() && !value.asText().matches("[0-9]+%")) {
            findings.invalidText(path, GoText.intOrString(value), PERCENT_RULE);
        } else {
            findings.atLeastZero(path, value);
        }
    }

    static void notAbovePercent(JsonNode value, String path, Findings findings) {
        if (value.isTextual() && value(value) > ALL) {
            findings.invalidText(path, GoText.intOrString(value), "must not be greater than 100%");
        }
    }

    private static long value(JsonNode value) {
        if (!value.isTextual()) {
            return value instanceof MissingNode ? 0 : value.asLong();
        }
        var digits = value.asText().replaceAll("\\D.*$", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits.length() > 9 ? digits.substring(0, 9) : digits);
    }
}
