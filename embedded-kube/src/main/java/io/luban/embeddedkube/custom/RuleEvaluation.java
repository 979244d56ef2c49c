package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.custom.RuleNode.Rule;
import io.luban.embeddedkube.expression.CostBudget;
import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.Value;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluates the rules of a schema over one object; stops when the object has cost too much. */
final class RuleEvaluation {
    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private final List<StatusCause> problems = new ArrayList<>();
    private final CostBudget budget = new CostBudget(CostBudget.PER_OBJECT);
    private boolean isStopped;

    private RuleEvaluation() {}

    /** The broken rules, those of outer parts first. */
    static List<StatusCause> evaluate(ObjectNode object, Optional<ObjectNode> old, RuleNode rules) {
        var evaluation = new RuleEvaluation();
        evaluation.node(new Place(object, old.orElse(null), "", false), rules);
        return evaluation.problems;
    }

    /** A value with its predecessor; {@code unchanged} when something around it is as it was. */
    private record Place(JsonNode value, @Nullable JsonNode old, String path, boolean unchanged) {
        Place {
            unchanged = old == null ? unchanged : old.equals(value);
        }

        Place member(String name, boolean isAtomic) {
            return below(
                    value.path(name),
                    isAtomic ? null : Correlation.member(old, name),
                    path.isEmpty() ? name : path + "." + name);
        }

        Place entry(String name, boolean isAtomic) {
            return below(value.path(name), isAtomic ? null : Correlation.member(old, name), path + "[" + name + "]");
        }

        Place item(int index, Structural.ListMark list) {
            var item = value.path(index);
            return below(item, Correlation.item(old, item, list), path + "[" + index + "]");
        }

        private Place below(JsonNode part, @Nullable JsonNode oldPart, String partPath) {
            return new Place(part, oldPart, partPath, unchanged);
        }

        String field() {
            return path.isEmpty() ? "<nil>" : path;
        }
    }

    private void node(Place place, RuleNode node) {
        if (place.value().isNull() || place.value().isMissingNode()) {
            return;
        }
        for (var rule : node.rules()) {
            if (isStopped) {
                return;
            }
            rule(place, node, rule);
        }
        if (place.value() instanceof ObjectNode object) {
            node.members().forEach((name, below) -> descend(place.member(name, node.atomic()), below));
            var values = node.values();
            if (values != null) {
                object.fieldNames().forEachRemaining(name -> descend(place.entry(name, node.atomic()), values));
            }
        } else if (place.value() instanceof ArrayNode array && node.items() != null) {
            for (int i = 0; i < array.size(); i++) {
                descend(place.item(i, node.list()), node.items());
            }
        }
    }

    private void descend(Place place, RuleNode node) {
        if (!isStopped) {
            node(place, node);
        }
    }

    private void rule(Place place, RuleNode node, Rule rule) {
        boolean isWithoutOld = place.old() == null;
        if (rule.comparesWithOld() ? isWithoutOld && !rule.hasOptionalOld() : place.unchanged()) {
            return;
        }
        var expression = rule.expression();
        if (expression.isEmpty()) {
            invalid(place, node, "rule compile error: " + rule.problem());
            return;
        }
        var bindings = bindings(place, rule);
        try {
            if (!Boolean.TRUE.equals(expression.get().evaluate(bindings, budget))) {
                broken(place, node, rule, message(rule, bindings));
            }
        } catch (EvaluationException e) {
            failed(place, node, rule, e);
        }
        if (budget.isExhausted() && !isStopped) {
            invalid(place, node, OUT_OF_BUDGET);
            isStopped = true;
        }
    }

    private static Expression.Bindings bindings(Place place, Rule rule) {
        return name -> {
            if (name.equals("self")) {
                return new Value.Tree(place.value());
            }
            var old = Optional.ofNullable(place.old());
            return rule.hasOptionalOld() ? new Value.Maybe(old) : new Value.Tree(old.orElse(place.value()));
        };
    }

    private String message(Rule rule, Expression.Bindings bindings) {
        if (rule.messageExpression().isPresent()) {
            try {
                var text = String.valueOf(rule.messageExpression().get().evaluate(bindings, budget))
                        .strip();
                boolean isUsable = !text.isEmpty()
                        && text.indexOf('\n') < 0
                        && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_MESSAGE;
                return isUsable ? text : rule.message();
            } catch (EvaluationException e) {
                // The plain message stands in for one that cannot be computed.
                return rule.message();
            }
        }
        return rule.message();
    }

    private void broken(Place place, RuleNode node, Rule rule, String message) {
        var below = rule.fieldPath();
        var field = below.isEmpty()
                ? place.field()
                : place.path() + (place.path().isEmpty() || below.startsWith("[") ? "" : ".") + below;
        var shown = "\"" + node.type() + "\"";
        problems.add(
                switch (Trees.text(rule.source(), "reason")) {
                    case "FieldValueForbidden" -> StatusCause.forbidden(field, message);
                    case "FieldValueRequired" -> StatusCause.required(field, message);
                    case "FieldValueDuplicate" ->
                        new StatusCause("FieldValueDuplicate", "Duplicate value: " + shown, field);
                    default -> StatusCause.invalid(field, node.type(), message);
                });
    }

    private void failed(Place place, RuleNode node, Rule rule, EvaluationException failure) {
        if (failure.isCostly()) {
            isStopped = true;
            invalid(
                    place,
                    node,
                    "'%s': no further validation rules will be run due to call cost exceeds limit for rule: %s"
                            .formatted(failure.text(), rule.name()));
        } else if (failure.text().startsWith("no such overload")) {
            invalid(
                    place,
                    node,
                    "'%s': call arguments did not match a supported operator, function or macro signature for rule: %s"
                            .formatted(failure.text(), rule.name()));
        } else {
            invalid(place, node, failure.text() + " evaluating rule: " + rule.name());
        }
    }

    private void invalid(Place place, RuleNode node, String detail) {
        problems.add(StatusCause.invalid(place.field(), node.type(), detail));
    }
}
