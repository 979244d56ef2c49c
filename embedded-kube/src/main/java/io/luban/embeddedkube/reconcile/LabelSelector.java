package io.luban.embeddedkube.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The selector of a spec: {@code matchLabels} and {@code matchExpressions}, all of which must hold. */
public final class LabelSelector {
    private final List<Requirement> requirements;

    private record Requirement(String key, String operator, List<String> values) {
        boolean holds(Map<String, String> labels) {
            var value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> value != null && compare(value) > 0;
                case "Lt" -> value != null && compare(value) < 0;
                default -> false;
            };
        }

        private int compare(String value) {
            try {
                return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    private LabelSelector(List<Requirement> requirements) {
        this.requirements = List.copyOf(requirements);
    }

    /** Reads a LabelSelector; an absent or empty one selects everything. */
    public static LabelSelector of(JsonNode selector) {
        var result = new ArrayList<Requirement>();
        Trees.texts(selector.path("matchLabels"))
                .forEach((key, value) -> result.add(new Requirement(key, "In", List.of(value))));
        addExpressions(selector.path("matchExpressions"), result);
        return new LabelSelector(result);
    }

    /** Reads a map of labels. */
    public static LabelSelector ofLabels(JsonNode labels) {
        var result = new ArrayList<Requirement>();
        Trees.texts(labels).forEach((key, value) -> result.add(new Requirement(key, "In", List.of(value))));
        return new LabelSelector(result);
    }

    /** Reads a list of expressions, as selectors of nodes have them too. */
    public static LabelSelector ofExpressions(JsonNode expressions) {
        var result = new ArrayList<Requirement>();
        addExpressions(expressions, result);
        return new LabelSelector(result);
    }

    private static void addExpressions(JsonNode expressions, List<Requirement> result) {
        for (var expression : expressions) {
            result.add(new Requirement(
                    Trees.text(expression, "key"),
                    Trees.text(expression, "operator"),
                    Trees.items(expression.path("values"))));
        }
    }

    /** Whether nothing is required. */
    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    /** Whether the labels have what is required. */
    public boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> requirement.holds(labels));
    }
}
