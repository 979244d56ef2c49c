package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.CostBudget;
import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.policy.MatchConditions.UndecidedException;
import io.luban.embeddedkube.policy.Policy.Compiled;
import io.luban.embeddedkube.policy.Policy.Validation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies a compiled policy with one parameter to one request; used by one thread. */
final class PolicyEvaluation {
    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private final Compiled policy;
    private final boolean ignoresFailures;
    private final Expression.Bindings bindings;
    private final CostBudget budget = new CostBudget(CostBudget.PER_OBJECT);
    private final Map<String, Object> results = new HashMap<>();
    private final Set<String> pending = new HashSet<>();

    /** Why a request is not all right. */
    record Finding(String message, String reason) {}

    PolicyEvaluation(Compiled policy, boolean ignoresFailures, RequestContext context, JsonNode params) {
        this.policy = policy;
        this.ignoresFailures = ignoresFailures;
        this.bindings = context.bindings(params, this::variable);
    }

    /** What the validations found; failures of expressions are findings unless the policy ignores them. */
    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        try {
            if (!policy.conditions().hold(bindings)) {
                return findings;
            }
        } catch (UndecidedException e) {
            failure(String.valueOf(e.getMessage())).ifPresent(findings::add);
            return findings;
        }
        for (var validation : policy.validations()) {
            if (budget.isExhausted()) {
                failure(OUT_OF_BUDGET).ifPresent(findings::add);
                break;
            }
            finding(validation).ifPresent(findings::add);
        }
        return findings;
    }

    private Optional<Finding> failure(String message) {
        return ignoresFailures ? Optional.empty() : Optional.of(new Finding(message, ""));
    }

    private Optional<Finding> finding(Validation validation) {
        if (validation.expression().isEmpty()) {
            return failure(validation.problem());
        }
        try {
            boolean holds = Boolean.TRUE.equals(validation.expression().get().evaluate(bindings, budget));
            return holds ? Optional.empty() : Optional.of(new Finding(message(validation), validation.reason()));
        } catch (EvaluationException e) {
            return failure("expression '%s' resulted in error: %s".formatted(validation.text(), e.text()));
        }
    }

    private String message(Validation validation) {
        if (validation.messageExpression().isEmpty()) {
            return validation.message();
        }
        try {
            var text = String.valueOf(validation.messageExpression().get().evaluate(bindings, budget))
                    .strip();
            boolean isUsable = !text.isEmpty() && text.length() <= LONGEST_MESSAGE && text.indexOf('\n') < 0;
            return isUsable ? text : validation.message();
        } catch (EvaluationException e) {
            // The plain message stands in for one that cannot be computed.
            return validation.message();
        }
    }

    /** A variable of the policy, computed when it is first asked for. */
    private Object variable(String name) throws EvaluationException {
        var known = results.get(name);
        if (known != null) {
            return known;
        }
        var expression = policy.variables().get(name);
        if (expression == null || !pending.add(name)) {
            throw new EvaluationException("no such key: " + name, false);
        }
        try {
            var result = expression.evaluate(bindings, budget);
            results.put(name, result);
            return result;
        } catch (EvaluationException e) {
            throw new EvaluationException(
                    "composited variable \"%s\" fails to evaluate: %s".formatted(name, e.text()), e.isCostly());
        } finally {
            pending.remove(name);
        }
    }
}
