package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Cells of what creates pods. */
final class WorkloadCells {
    private static final String UNKNOWN = "<unknown>";

    private WorkloadCells() {}

    static Optional<Object> cell(Row row, String column) {
        return Optional.ofNullable(
                switch (row.kind()) {
                    case "Deployment", "StatefulSet" ->
                        column.equals("Ready")
                                ? row.at("status.readyReplicas").asLong() + "/"
                                        + row.at("spec.replicas").asLong()
                                : null;
                    case "Job" -> job(row, column);
                    case "CronJob" -> cronJob(row, column);
                    case "ControllerRevision" -> column.equals("Controller") ? controller(row) : null;
                    case "PodTemplate" -> podTemplate(row, column);
                    default -> autoscaler(row, column);
                });
    }

    private static @Nullable Object job(Row row, String column) {
        return switch (column) {
            case "Status" -> jobStatus(row);
            case "Completions" -> completions(row);
            case "Duration" -> duration(row);
            default -> null;
        };
    }

    private static String jobStatus(Row row) {
        if (row.hasCondition("Complete", "True")) {
            return "Complete";
        }
        if (row.hasCondition("Failed", "True")) {
            return "Failed";
        }
        if (row.isDeleting()) {
            return "Terminating";
        }
        for (var state : new String[] {"Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
            if (row.hasCondition(state, "True")) {
                return state;
            }
        }
        return "Running";
    }

    private static String completions(Row row) {
        long succeeded = row.at("status.succeeded").asLong();
        if (row.spec().has("completions")) {
            return succeeded + "/" + row.spec().path("completions").asLong();
        }
        long parallelism = row.spec().path("parallelism").asLong();
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String duration(Row row) {
        var start = Ages.instant(row.at("status.startTime"));
        if (start.isEmpty()) {
            return "";
        }
        var end = Ages.instant(row.at("status.completionTime")).orElse(row.now());
        return Ages.text(Duration.between(start.get(), end));
    }

    private static @Nullable Object cronJob(Row row, String column) {
        var containers = row.at("spec.jobTemplate.spec.template.spec.containers");
        return switch (column) {
            case "Last Schedule" -> {
                var last = row.at("status.lastScheduleTime");
                yield last.isMissingNode() ? Row.NONE : row.age(last);
            }
            case "Containers" -> Row.joined(Row.each(containers, "name"));
            case "Images" -> Row.joined(Row.each(containers, "image"));
            case "Selector" -> Row.selector(row.at("spec.jobTemplate.spec.selector"));
            default -> null;
        };
    }

    private static String controller(Row row) {
        for (var owner : row.metadata().path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                var apiVersion = owner.path("apiVersion").asText();
                int slash = apiVersion.indexOf('/');
                var group = slash < 0 ? "" : "." + apiVersion.substring(0, slash);
                return owner.path("kind").asText().toLowerCase(Locale.ROOT) + group + "/"
                        + owner.path("name").asText();
            }
        }
        return Row.NONE;
    }

    private static @Nullable Object podTemplate(Row row, String column) {
        var containers = row.at("template.spec.containers");
        return switch (column) {
            case "Containers" -> Row.joined(Row.each(containers, "name"));
            case "Images" -> Row.joined(Row.each(containers, "image"));
            case "Pod Labels" -> Row.labels(row.at("template.metadata.labels"));
            default -> null;
        };
    }

    private static @Nullable Object autoscaler(Row row, String column) {
        return switch (column) {
            case "Reference" -> {
                var target = row.spec().path("scaleTargetRef");
                yield target.path("kind").asText() + "/" + target.path("name").asText();
            }
            case "Targets" -> row.spec().has("metrics") ? targets(row) : cpuTarget(row);
            default -> null;
        };
    }

    private static String cpuTarget(Row row) {
        var wanted = row.spec().path("targetCPUUtilizationPercentage");
        if (wanted.isMissingNode()) {
            return Row.NONE;
        }
        return "cpu: " + percent(row.status().path("currentCPUUtilizationPercentage")) + "/" + percent(wanted);
    }

    private static String targets(Row row) {
        var texts = new ArrayList<String>();
        int index = 0;
        for (var metric : row.spec().path("metrics")) {
            var current = row.status().path("currentMetrics").path(index++);
            var type = metric.path("type").asText();
            var member = type.isEmpty() ? "" : type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
            var name = metric.path(member).path("name").asText();
            var prefix = name.isEmpty() ? "" : name + ": ";
            texts.add(prefix + amount(current.path(member).path("current")) + "/"
                    + amount(metric.path(member).path("target")));
        }
        return texts.isEmpty() ? Row.NONE : String.join(", ", texts);
    }

    private static String amount(JsonNode value) {
        if (value.has("averageUtilization")) {
            return percent(value.path("averageUtilization"));
        }
        return value.has("averageValue") ? value.path("averageValue").asText() : Row.text(value.path("value"), UNKNOWN);
    }

    private static String percent(JsonNode value) {
        return value.isNumber() ? value.asLong() + "%" : UNKNOWN;
    }
}
