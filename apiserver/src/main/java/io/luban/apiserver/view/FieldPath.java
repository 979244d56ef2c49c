package io.luban.apiserver.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;

/** Steps to a field, as in {@code metadata.labels.app\.kubernetes\.io/name}; dots inside a step are escaped. */
final class FieldPath {
    private final List<String> steps;

    FieldPath(String path) {
        steps = Arrays.stream(path.split("(?<!\\\\)\\.", -1))
                .map(step -> step.replace("\\.", "."))
                .toList();
    }

    /** The field's text, JSON for objects and lists, {@code ""} where there is none. */
    String text(JsonNode tree) {
        var found = tree;
        for (var step : steps) {
            found = found.isArray() && step.matches("\\d{1,6}") ? found.path(Integer.parseInt(step)) : found.path(step);
        }
        return found.isContainerNode() ? found.toString() : found.asText("");
    }
}
