package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.registry.ResourceType.PrinterColumn;
import io.luban.model.Json;

/** Cells of built-in kinds: those that many kinds share here, the others by kind. */
final class BuiltInCells {
    private static final String NONE = "<none>";

    private BuiltInCells() {}

    static JsonNode cell(Row row, PrinterColumn column) {
        return switch (column.name()) {
            case "Name" -> text(row.metadata().path("name").asText());
            case "Age" -> text(Ages.since(row.metadata().path("creationTimestamp"), row.now()));
            case "Created At" -> text(row.metadata().path("creationTimestamp").asText(Ages.UNKNOWN));
            case "Data" ->
                text(Integer.toString(row.object().path("data").size()
                        + row.object().path("binaryData").size()));
            default -> text(NONE);
        };
    }

    private static JsonNode text(String value) {
        return Json.object().textNode(value);
    }
}
