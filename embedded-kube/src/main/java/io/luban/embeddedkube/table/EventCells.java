package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;

/** Cells of events, in either of their two shapes. */
final class EventCells {
    private EventCells() {}

    static Optional<Object> cell(Row row, String column) {
        return Optional.ofNullable(
                switch (column) {
                    case "Last Seen" -> row.age(lastSeen(row));
                    case "Type" -> row.object().path("type").asText();
                    case "Reason" -> row.object().path("reason").asText();
                    case "Object" -> {
                        var about = either(row, "involvedObject", "regarding");
                        yield about.path("kind").asText().toLowerCase(Locale.ROOT) + "/"
                                + about.path("name").asText();
                    }
                    case "Subobject" ->
                        either(row, "involvedObject", "regarding")
                                .path("fieldPath")
                                .asText();
                    case "Source" -> source(row);
                    case "Message" -> either(row, "message", "note").asText().strip();
                    case "First Seen" -> row.age(firstSeen(row));
                    case "Count" -> count(row);
                    case "Name" -> row.name();
                    default -> null;
                });
    }

    private static JsonNode either(Row row, String first, String second) {
        var value = row.object().path(first);
        return value.isMissingNode() || value.isNull() ? row.object().path(second) : value;
    }

    private static JsonNode lastSeen(Row row) {
        var series = row.at("series.lastObservedTime");
        if (series.isTextual()) {
            return series;
        }
        var last = either(row, "lastTimestamp", "deprecatedLastTimestamp");
        return last.isTextual() ? last : firstSeen(row);
    }

    private static JsonNode firstSeen(Row row) {
        var first = either(row, "firstTimestamp", "deprecatedFirstTimestamp");
        return first.isTextual() ? first : row.object().path("eventTime");
    }

    private static String source(Row row) {
        var source = either(row, "source", "deprecatedSource");
        var component = Row.text(
                source.path("component"),
                either(row, "reportingComponent", "reportingController").asText());
        var host = Row.text(
                source.path("host"), row.object().path("reportingInstance").asText());
        return host.isEmpty() ? component : component + ", " + host;
    }

    private static Long count(Row row) {
        var series = row.at("series.count");
        return series.isNumber()
                ? series.asLong()
                : Math.max(1, either(row, "count", "deprecatedCount").asLong());
    }
}
