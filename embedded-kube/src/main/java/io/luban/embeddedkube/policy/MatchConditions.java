package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luban.embeddedkube.expression.CostBudget;
import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.ExpressionEngine;
import io.luban.embeddedkube.expression.ExpressionEngine.Variable;
import io.luban.embeddedkube.expression.InvalidExpressionException;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Conditions all of which must hold before a webhook or a policy has its say. Immutable. */
public final class MatchConditions {
    private static final long BUDGET = 2_500_000;

    private final List<Condition> conditions;

    private record Condition(String name, Optional<Expression> expression, String problem) {}

    private MatchConditions(List<Condition> conditions) {
        this.conditions = conditions;
    }

    /** Compiles the conditions of a webhook; one that does not compile fails whenever it is asked. */
    public static MatchConditions of(JsonNode conditions, ExpressionEngine engine) {
        return of(conditions, engine, RequestVariables.ofRequest(ValueType.ANY));
    }

    static MatchConditions of(JsonNode conditions, ExpressionEngine engine, List<Variable> variables) {
        var compiled = new ArrayList<Condition>();
        for (var condition : conditions) {
            var name = Trees.text(condition, "name");
            try {
                var expression = engine.compile(Trees.text(condition, "expression"), variables);
                compiled.add(new Condition(name, Optional.of(expression), ""));
            } catch (InvalidExpressionException e) {
                compiled.add(new Condition(name, Optional.empty(), "compilation failed: " + e.text()));
            }
        }
        return new MatchConditions(List.copyOf(compiled));
    }

    /** Thrown when no condition is false but one has no result. */
    public static final class UndecidedException extends Exception {
        private static final long serialVersionUID = 1L;

        UndecidedException(String message) {
            super(message);
        }
    }

    /** Whether all hold; one that is false decides, whatever fails besides. */
    public boolean hold(RequestContext context) throws UndecidedException {
        return hold(context.bindings(NullNode.getInstance(), name -> {
            throw new EvaluationException("no such key: " + name, false);
        }));
    }

    boolean hold(Expression.Bindings bindings) throws UndecidedException {
        var budget = new CostBudget(BUDGET);
        var failures = new ArrayList<String>();
        for (var condition : conditions) {
            try {
                if (!Boolean.TRUE.equals(evaluate(condition, bindings, budget))) {
                    return false;
                }
            } catch (EvaluationException e) {
                failures.add(e.text());
            }
        }
        if (!failures.isEmpty()) {
            throw new UndecidedException(
                    failures.size() == 1 ? failures.getFirst() : "[" + String.join(", ", failures) + "]");
        }
        return true;
    }

    private static Object evaluate(Condition condition, Expression.Bindings bindings, CostBudget budget)
            throws EvaluationException {
        if (condition.expression().isEmpty()) {
            throw new EvaluationException(condition.problem(), false);
        }
        return condition.expression().get().evaluate(bindings, budget);
    }
}
