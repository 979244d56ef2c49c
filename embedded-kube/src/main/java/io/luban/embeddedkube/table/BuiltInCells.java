package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.registry.ResourceType.PrinterColumn;
import io.luban.model.Json;
import java.util.Map;
import java.util.Optional;

/**
 * Cells of built-in kinds. Those that many kinds share and those that are plain members are settled here, the others by the
 * class for the kind. A cell is a String, a Long or a Boolean.
 */
final class BuiltInCells {
    /** Kind and column to the member that is shown and what is shown in its absence. */
    private static final Map<String, Plain> PLAIN = PlainCells.ALL;

    /** A member of the object. */
    record Plain(String path, Object instead) {}

    private BuiltInCells() {}

    static JsonNode cell(Row row, PrinterColumn column) {
        var value = value(row, column.name());
        return switch (value) {
            case Long number -> Json.object().numberNode(number);
            case Boolean truth -> Json.object().booleanNode(truth);
            default -> Json.object().textNode(value.toString());
        };
    }

    private static Object value(Row row, String column) {
        return ofKind(row, column)
                .or(() -> Optional.ofNullable(PLAIN.get(row.kind() + "/" + column))
                        .map(plain -> value(row, plain)))
                .orElseGet(() -> shared(row, column));
    }

    private static Optional<Object> ofKind(Row row, String column) {
        return switch (row.kind()) {
            case "Pod" -> PodCells.cell(row, column);
            case "Deployment",
                    "StatefulSet",
                    "Job",
                    "CronJob",
                    "ControllerRevision",
                    "PodTemplate",
                    "HorizontalPodAutoscaler" -> WorkloadCells.cell(row, column);
            case "Service",
                    "Endpoints",
                    "EndpointSlice",
                    "Ingress",
                    "IngressClass",
                    "NetworkPolicy",
                    "IPAddress",
                    "ServiceCIDR" -> NetworkCells.cell(row, column);
            case "PersistentVolume", "PersistentVolumeClaim", "StorageClass" -> StorageCells.cell(row, column);
            case "Node" -> NodeCells.cell(row, column);
            case "Event" -> EventCells.cell(row, column);
            default -> OtherCells.cell(row, column);
        };
    }

    private static Object value(Row row, Plain plain) {
        var value = row.at(plain.path());
        if (value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.asText().isEmpty())) {
            return plain.instead();
        }
        if (value.isContainerNode()) {
            return (long) value.size();
        }
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        return value.isBoolean() ? (Object) value.asBoolean() : value.asText();
    }

    private static Object shared(Row row, String column) {
        return switch (column) {
            case "Name" -> row.name();
            case "Age" -> row.age(row.metadata().path("creationTimestamp"));
            case "Created At" -> Row.text(row.metadata().path("creationTimestamp"), Ages.UNKNOWN);
            case "Containers" -> Row.joined(Row.each(row.at("spec.template.spec.containers"), "name"));
            case "Images" -> Row.joined(Row.each(row.at("spec.template.spec.containers"), "image"));
            case "Selector" ->
                row.kind().equals("ReplicationController")
                        ? Row.labels(row.spec().path("selector"))
                        : Row.selector(row.spec().path("selector"));
            default -> Row.NONE;
        };
    }
}
