package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.custom.RuleNode.Rule;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.Expression.ResultKind;
import io.luban.embeddedkube.expression.ExpressionEngine;
import io.luban.embeddedkube.expression.ExpressionEngine.Variable;
import io.luban.embeddedkube.expression.InvalidExpressionException;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Compiles the rules of a schema and tells what is wrong with them. */
final class RuleCompiler {
    private static final String RULES = "x-kubernetes-validations";

    private final ExpressionEngine engine;
    private final Consumer<StatusCause> problems;
    private final RuleCosts costs;

    private RuleCompiler(ExpressionEngine engine, Consumer<StatusCause> problems, RuleCosts costs) {
        this.engine = engine;
        this.problems = problems;
        this.costs = costs;
    }

    /**
     * Where a part of a schema stands.
     *
     * @param name of its type
     * @param uncorrelatable path of the part above whose values cannot be found again in an older object, or empty
     * @param count most values of this part in one object
     */
    private record Place(String path, String name, String uncorrelatable, long count) {
        Place below(String step, String typeStep, String lost, long times) {
            boolean isLost = uncorrelatable.isEmpty() && !lost.isEmpty();
            return new Place(
                    path + step, name + typeStep, isLost ? lost : uncorrelatable, RuleCosts.times(count, times));
        }
    }

    /** The rules of an {@code openAPIV3Schema}; empty when there are none. */
    static Optional<RuleNode> compile(JsonNode schema, ExpressionEngine engine) {
        return check(schema, engine, "", problem -> {});
    }

    /** The same, telling every problem. */
    static Optional<RuleNode> check(
            JsonNode schema, ExpressionEngine engine, String path, Consumer<StatusCause> problems) {
        var costs = new RuleCosts(problems);
        var compiler = new RuleCompiler(engine, problems, costs);
        var root = compiler.node(schema, new Place(path, "selfType", "", 1), true);
        costs.finish(path);
        return root;
    }

    private Optional<RuleNode> node(JsonNode schema, Place place, boolean isRoot) {
        if (schema.findValue(RULES) == null) {
            return Optional.empty();
        }
        var mark = Structural.parse(schema).marks();
        boolean isAtomicMap = mark.atomicMap();
        var lostMembers = isAtomicMap ? place.path() : "";
        var members = new LinkedHashMap<String, RuleNode>();
        for (var property : schema.path("properties").properties()) {
            var name = property.getKey();
            node(property.getValue(), place.below(".properties[" + name + "]", "." + name, lostMembers, 1), false)
                    .ifPresent(below -> members.put(name, below));
        }
        var type = RuleTypes.of(schema, isRoot, place.name());
        long most = switch (type.orElse(ValueType.ANY)) {
            case ValueType.ListOf list -> list.maximumItems();
            case ValueType.MapOf map -> map.maximumEntries();
            default -> 1;
        };
        var values = node(
                schema.path("additionalProperties"),
                place.below(".additionalProperties", ".@elem", lostMembers, most),
                false);
        boolean isLostItem = mark.list().type() != ListType.MAP;
        var items =
                node(schema.path("items"), place.below(".items", ".@idx", isLostItem ? place.path() : "", most), false);
        return Optional.of(new RuleNode(
                schema.path("type").asText(""),
                rules(schema.path(RULES), type, place),
                members,
                values.orElse(null),
                items.orElse(null),
                mark.list(),
                isAtomicMap));
    }

    private List<Rule> rules(JsonNode sources, Optional<ValueType> type, Place place) {
        var rules = new ArrayList<Rule>();
        for (int i = 0; i < sources.size(); i++) {
            var field = place.path() + "." + RULES + "[" + i + "]";
            if (RuleTexts.check(sources.get(i), field, problems)) {
                rules.add(rule(sources.get(i), type.orElse(ValueType.ANY), place, field));
            }
        }
        return List.copyOf(rules);
    }

    private Rule rule(JsonNode source, ValueType self, Place place, String field) {
        boolean isOldOptional = source.path("optionalOldSelf").asBoolean();
        var variables = List.of(
                new Variable("self", self), new Variable("oldSelf", isOldOptional ? new ValueType.Maybe(self) : self));
        try {
            var expression = engine.compile(Trees.text(source, "rule"), variables);
            if (expression.resultKind() != ResultKind.BOOL) {
                throw new InvalidExpressionException("cel expression must evaluate to a bool");
            }
            boolean comparesWithOld = expression.mentions("oldSelf");
            checkOld(source, comparesWithOld, place, field);
            costs.add(expression.estimatedCost(), place.count(), field + ".rule");
            return new Rule(source, Optional.of(expression), message(source, variables, field), comparesWithOld, "");
        } catch (InvalidExpressionException e) {
            problems.accept(RuleTexts.invalid(field + ".rule", source, reason(e)));
            return new Rule(source, Optional.empty(), Optional.empty(), false, e.text());
        }
    }

    private void checkOld(JsonNode source, boolean comparesWithOld, Place place, String field) {
        if (comparesWithOld && !place.uncorrelatable().isEmpty()) {
            problems.accept(StatusCause.invalid(
                    field + ".rule",
                    Trees.text(source, "rule"),
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                            + place.uncorrelatable()));
        } else if (!comparesWithOld && source.hasNonNull("optionalOldSelf")) {
            problems.accept(StatusCause.invalid(
                    field + ".optionalOldSelf",
                    source.get("optionalOldSelf"),
                    "may not be set if oldSelf is not used in rule"));
        }
    }

    private Optional<Expression> message(JsonNode source, List<Variable> variables, String field) {
        var text = Trees.text(source, "messageExpression");
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            var expression = engine.compile(text, variables);
            if (expression.resultKind() != ResultKind.STRING) {
                throw new InvalidExpressionException("messageExpression must evaluate to a string");
            }
            costs.single(expression.estimatedCost(), "estimated messageExpression cost", field + ".messageExpression");
            return Optional.of(expression);
        } catch (InvalidExpressionException e) {
            var detail = e.text().startsWith("ERROR") ? "messageExpression " + reason(e) : e.text();
            problems.accept(RuleTexts.invalid(field + ".messageExpression", source, detail));
            return Optional.empty();
        }
    }

    private static String reason(InvalidExpressionException failure) {
        return failure.text().startsWith("ERROR") ? "compilation failed: " + failure.text() : failure.text();
    }
}
