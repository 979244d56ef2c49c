package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.PrinterColumn;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Columns and cells of any kind: those of built-in kinds are computed, those of custom ones come from their paths. */
public final class Tables {
    private static final PrinterColumn NAME =
            new PrinterColumn("Name", "string", "name", "Name must be unique within a namespace.", 0, ".metadata.name");
    private static final PrinterColumn AGE = new PrinterColumn(
            "Age", "date", "", "Time since the object was created.", 0, ".metadata.creationTimestamp");

    private Tables() {}

    /** The column definitions of a table of the type. */
    public static ArrayNode columns(ResourceType type) {
        var definitions = Json.array();
        for (var column : columnsOf(type)) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.format())
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        return definitions;
    }

    private static List<PrinterColumn> columnsOf(ResourceType type) {
        if (type.columns().isEmpty()) {
            return List.of(NAME, AGE);
        }
        if (!type.custom() || type.columns().getFirst().name().equals("Name")) {
            return type.columns();
        }
        return Stream.concat(Stream.of(NAME), type.columns().stream()).toList();
    }

    /** The cells of one object in its served form, one for each column. */
    public static ArrayNode cells(ResourceType type, ObjectNode object, Instant now) {
        var cells = Json.array();
        if (type.custom()) {
            for (var column : columnsOf(type)) {
                cells.add(customCell(column, object, now));
            }
            return cells;
        }
        var row = new Row(type.kind().kind(), object, now);
        for (var column : columnsOf(type)) {
            cells.add(BuiltInCells.cell(row, column));
        }
        return cells;
    }

    private static JsonNode customCell(PrinterColumn column, ObjectNode object, Instant now) {
        if (column.name().equals("Name") && column.path().isEmpty()) {
            return object.path("metadata").path("name");
        }
        JsonNode value;
        try {
            value = JsonPath.parse(column.path()).first(object);
        } catch (ParseException e) {
            return Json.object().nullNode();
        }
        if (value.isMissingNode() || value.isNull()) {
            return Json.object().nullNode();
        }
        return switch (column.type()) {
            case "date" -> Json.object().textNode(Ages.since(value, now));
            case "integer", "number" -> value.isNumber() ? value : Json.object().nullNode();
            case "boolean" -> value.isBoolean() ? value : Json.object().nullNode();
            default -> Json.object().textNode(value.isValueNode() ? value.asText() : Json.text(value));
        };
    }
}
