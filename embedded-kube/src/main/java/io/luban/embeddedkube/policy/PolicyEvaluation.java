package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.CostBudget;
import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.policy.MatchConditions.UndecidedException;
import io.luban.embeddedkube.policy.Policy.Annotation;
import io.luban.embeddedkube.policy.Policy.Compiled;
import io.luban.embeddedkube.policy.Policy.Validation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies a compiled policy with one parameter to one request; used by one thread. */
final class PolicyEvaluation {
    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final int LONGEST_ANNOTATION = 10 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private final Compiled policy;
    private final boolean ignoresFailures;
    private final Expression.Bindings bindings;
    private final CostBudget budget = new CostBudget(CostBudget.PER_OBJECT);
    private final Map<String, Object> results = new HashMap<>();
    private final Set<String> pending = new HashSet<>();

    /** Why a request is not all right; {@code index} is the place of the validation that says so. */
    record Finding(String message, String reason, int index) {}

    /**
     * What came out.
     *
     * @param findings what the validations found; failures of expressions are findings unless the policy ignores them
     * @param annotations what the audit event is to show
     * @param failures annotations that cannot be computed, unless the policy ignores that
     */
    record Result(List<Finding> findings, Map<String, String> annotations, List<Finding> failures) {}

    PolicyEvaluation(Compiled policy, boolean ignoresFailures, RequestContext context, JsonNode params) {
        this.policy = policy;
        this.ignoresFailures = ignoresFailures;
        this.bindings = context.bindings(params, this::variable);
    }

    Result result() {
        var result = new Result(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        try {
            if (!policy.conditions().hold(bindings)) {
                return result;
            }
        } catch (UndecidedException e) {
            failure(String.valueOf(e.getMessage()), 0).ifPresent(result.findings()::add);
            return result;
        }
        for (int i = 0; i < policy.validations().size(); i++) {
            if (budget.isExhausted()) {
                failure(OUT_OF_BUDGET, i).ifPresent(result.findings()::add);
                break;
            }
            finding(policy.validations().get(i), i).ifPresent(result.findings()::add);
        }
        policy.annotations().forEach(annotation -> annotate(annotation, result));
        return result;
    }

    private Optional<Finding> failure(String message, int index) {
        return ignoresFailures ? Optional.empty() : Optional.of(new Finding(message, "", index));
    }

    private Optional<Finding> finding(Validation validation, int index) {
        if (validation.expression().isEmpty()) {
            return failure(validation.problem(), index);
        }
        try {
            boolean holds = Boolean.TRUE.equals(validation.expression().get().evaluate(bindings, budget));
            return holds ? Optional.empty() : Optional.of(new Finding(message(validation), validation.reason(), index));
        } catch (EvaluationException e) {
            return failure("expression '%s' resulted in error: %s".formatted(validation.text(), e.text()), index);
        }
    }

    private void annotate(Annotation annotation, Result result) {
        if (annotation.expression().isEmpty()) {
            failure(annotation.problem(), 0).ifPresent(result.failures()::add);
            return;
        }
        var expression = annotation.expression().get();
        try {
            var value = expression.evaluate(bindings, budget);
            if (value instanceof String text) {
                if (!text.isBlank()) {
                    result.annotations().put(annotation.key(), shortened(text.strip()));
                }
            } else if (!expression.isNull(value)) {
                failure(
                                "valueExpression '%s' resulted in unsupported return type: must be either string or null"
                                        .formatted(annotation.text()),
                                0)
                        .ifPresent(result.failures()::add);
            }
        } catch (EvaluationException e) {
            failure("valueExpression '%s' resulted in error: %s".formatted(annotation.text(), e.text()), 0)
                    .ifPresent(result.failures()::add);
        }
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_ANNOTATION ? text.substring(0, LONGEST_ANNOTATION) : text;
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
