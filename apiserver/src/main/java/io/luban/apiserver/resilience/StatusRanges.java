package io.luban.apiserver.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;

/** Status codes: numbers and ranges such as {@code 200-299}. */
record StatusRanges(List<Range> ranges) {
    /** First and last code. */
    record Range(int from, int to) {}

    static StatusRanges of(int... codes) {
        var ranges = new ArrayList<Range>();
        for (int code : codes) {
            ranges.add(new Range(code, code));
        }
        return new StatusRanges(List.copyOf(ranges));
    }

    /** Reads a number, a text with ranges separated by commas, or a list of either. */
    static StatusRanges parse(JsonNode json) {
        var ranges = new ArrayList<Range>();
        if (json.isArray()) {
            json.forEach(item -> ranges.addAll(parse(item).ranges));
        } else {
            for (var part : json.asText("").split(",", -1)) {
                ranges.add(range(part.strip()));
            }
        }
        return new StatusRanges(List.copyOf(ranges));
    }

    private static Range range(String text) {
        var ends = text.split("-", 2);
        try {
            int from = Integer.parseInt(ends[0].strip());
            int to = ends.length == 1 ? from : Integer.parseInt(ends[1].strip());
            if (from >= 100 && from <= to && to <= 599) {
                return new Range(from, to);
            }
        } catch (NumberFormatException e) {
            throw new ParseException("\"%s\" is no status code and no range such as 200-299".formatted(text));
        }
        throw new ParseException("\"%s\" does not lie between 100 and 599".formatted(text));
    }

    boolean contains(int code) {
        for (var range : ranges) {
            if (code >= range.from && code <= range.to) {
                return true;
            }
        }
        return false;
    }
}
