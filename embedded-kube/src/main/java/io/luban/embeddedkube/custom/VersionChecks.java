package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.util.HashSet;
import java.util.List;

/** What a version of a definition must fulfil besides its schema: subresources, columns, selectable fields, deprecation. */
final class VersionChecks {
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> SELECTABLE_TYPES = List.of("boolean", "integer", "string");
    private static final List<String> FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final int MOST_SELECTABLE = 8;
    private static final int LONGEST_WARNING = 256;

    private final JsonNode version;
    private final String path;
    private final List<StatusCause> problems;

    private VersionChecks(JsonNode version, String path, List<StatusCause> problems) {
        this.version = version;
        this.path = path;
        this.problems = problems;
    }

    static void check(JsonNode version, String path, List<StatusCause> problems) {
        var checks = new VersionChecks(version, path, problems);
        checks.deprecation();
        checks.scale(version.path("subresources").path("scale"), path + ".subresources.scale");
        checks.columns();
        checks.selectableFields();
    }

    private void deprecation() {
        if (!version.hasNonNull("deprecationWarning")) {
            return;
        }
        var text = Trees.text(version, "deprecationWarning");
        var field = path + ".deprecationWarning";
        if (!version.path("deprecated").asBoolean()) {
            problems.add(StatusCause.invalid(field, text, "can only be set for deprecated versions"));
        }
        if (text.isEmpty()) {
            problems.add(StatusCause.invalid(field, text, "must not be empty"));
        } else if (text.length() > LONGEST_WARNING) {
            problems.add(StatusCause.tooLong(field, LONGEST_WARNING));
        } else if (text.chars().anyMatch(Character::isISOControl)) {
            problems.add(StatusCause.invalid(field, text, "must only contain printable UTF-8 characters"));
        }
    }

    private void scale(JsonNode scale, String field) {
        if (!scale.isObject()) {
            return;
        }
        scalePath(scale, "specReplicasPath", ".spec", field);
        scalePath(scale, "statusReplicasPath", ".status", field);
        var selector = Trees.text(scale, "labelSelectorPath");
        if (!selector.isEmpty() && !isBelow(selector, ".status") && !isBelow(selector, ".spec")) {
            problems.add(StatusCause.invalid(
                    field + ".labelSelectorPath", selector, "should be a json path under either .status or .spec"));
        }
    }

    private void scalePath(JsonNode scale, String member, String root, String field) {
        var text = Trees.text(scale, member);
        if (text.isEmpty()) {
            problems.add(StatusCause.required(field + "." + member, ""));
        } else if (!isBelow(text, root)) {
            problems.add(StatusCause.invalid(field + "." + member, text, "should be a json path under " + root));
        }
    }

    private static boolean isBelow(String path, String root) {
        return path.startsWith(root + ".") && path.indexOf('[') < 0 && !path.endsWith(".");
    }

    private void columns() {
        var columns = version.path("additionalPrinterColumns");
        for (int i = 0; i < columns.size(); i++) {
            var place = path + ".additionalPrinterColumns[" + i + "]";
            for (var member : List.of("name", "jsonPath")) {
                if (Trees.text(columns.get(i), member).isEmpty()) {
                    problems.add(StatusCause.required(place + "." + member, ""));
                }
            }
            oneOf(columns.get(i), place, "type", COLUMN_TYPES, true);
            oneOf(columns.get(i), place, "format", FORMATS, false);
        }
    }

    private void oneOf(JsonNode column, String place, String member, List<String> allowed, boolean isRequired) {
        var text = Trees.text(column, member);
        var rule = "must be one of " + String.join(",", allowed);
        if (text.isEmpty()) {
            if (isRequired) {
                problems.add(StatusCause.required(place + "." + member, rule));
            }
        } else if (!allowed.contains(text)) {
            problems.add(StatusCause.invalid(place + "." + member, text, rule));
        }
    }

    private void selectableFields() {
        var fields = version.path("selectableFields");
        var field = path + ".selectableFields";
        if (fields.size() > MOST_SELECTABLE) {
            problems.add(StatusCause.tooMany(field, fields.size(), MOST_SELECTABLE));
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < fields.size(); i++) {
            var text = Trees.text(fields.get(i), "jsonPath");
            var place = field + "[" + i + "].jsonPath";
            if (text.isEmpty()) {
                problems.add(StatusCause.required(place, ""));
            } else if (!seen.add(text)) {
                problems.add(StatusCause.duplicate(place, text));
            } else {
                selectable(text, place);
            }
        }
    }

    private void selectable(String text, String place) {
        if (!text.startsWith(".") || text.indexOf('[') >= 0) {
            problems.add(StatusCause.invalid(place, text, "must be a simple json path starting with ."));
            return;
        }
        if (text.startsWith(".metadata.")) {
            problems.add(StatusCause.invalid(place, text, "must not point to fields in metadata"));
            return;
        }
        var schema = version.path("schema").path("openAPIV3Schema");
        for (var name : text.substring(1).split("\\.", -1)) {
            schema = schema.path("properties").path(name);
        }
        if (schema.isMissingNode()) {
            problems.add(StatusCause.invalid(place, text, "does not refer to a valid field"));
        } else if (!SELECTABLE_TYPES.contains(Trees.text(schema, "type"))) {
            problems.add(StatusCause.invalid(
                    place,
                    text,
                    "must point to a field of type " + String.join(", ", SELECTABLE_TYPES)
                            + ". Enum string fields and strings with formats are allowed."));
        }
    }
}
