package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luban.embeddedkube.registry.ResourceType.ScalePaths;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the fields behind a scale subresource must hold. */
final class ScaleRules {
    private ScaleRules() {}

    static List<StatusCause> check(JsonNode object, ScalePaths paths) {
        var problems = new ArrayList<StatusCause>();
        replicas(object, paths.specReplicas()).ifPresent(problems::add);
        replicas(object, paths.statusReplicas()).ifPresent(problems::add);
        return problems;
    }

    private static Optional<StatusCause> replicas(JsonNode object, String path) {
        var field = "." + path;
        var value = object;
        for (var name : path.split("\\.", -1)) {
            if (!value.isObject()) {
                return value.isNull() || value.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(unreadable(field, value, "map[string]interface {}"));
            }
            value = value.has(name) ? value.get(name) : MissingNode.getInstance();
        }
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber()) {
            return Optional.of(unreadable(field, value, "int64"));
        }
        if (value.longValue() < 0) {
            return Optional.of(StatusCause.invalid(field, value, "should be a non-negative integer"));
        }
        return value.longValue() > Integer.MAX_VALUE
                ? Optional.of(StatusCause.invalid(field, value, "should be less than or equal to " + Integer.MAX_VALUE))
                : Optional.empty();
    }

    private static StatusCause unreadable(String field, JsonNode value, String wanted) {
        var type = switch (Values.typeOf(value)) {
            case "boolean" -> "bool";
            case "number" -> "float64";
            case "array" -> "[]interface {}";
            case "object" -> "map[string]interface {}";
            default -> Values.typeOf(value);
        };
        var text = value.isTextual() ? value.textValue() : value.toString();
        return StatusCause.invalid(
                field,
                IntNode.valueOf(0),
                "%s accessor error: %s is of the type %s, expected %s".formatted(field, text, type, wanted));
    }
}
