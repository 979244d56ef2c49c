package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.ExpressionEngine;
import io.luban.embeddedkube.expression.ExpressionEngine.Variable;
import io.luban.embeddedkube.expression.InvalidExpressionException;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A policy with its bindings; expressions are compiled when the first request reaches it. */
final class Policy {
    private final String name;
    private final JsonNode spec;
    private final MatchResources constraints;
    private final List<PolicyBinding> bindings;
    private final ReentrantLock compiling = new ReentrantLock();
    private volatile @Nullable Compiled compiled;

    /** The expressions of a policy. */
    record Compiled(
            MatchConditions conditions,
            Map<String, Expression> variables,
            List<Validation> validations,
            List<Annotation> annotations) {}

    /**
     * Something to be noted in the audit event.
     *
     * @param expression empty when it does not compile, {@code problem} tells why
     */
    record Annotation(String key, String text, Optional<Expression> expression, String problem) {}

    /**
     * One validation.
     *
     * @param expression empty when it does not compile, {@code problem} tells why
     */
    record Validation(
            JsonNode source, Optional<Expression> expression, Optional<Expression> messageExpression, String problem) {
        String text() {
            return Trees.text(source, "expression").strip();
        }

        String message() {
            var message = Trees.text(source, "message").strip();
            return message.isEmpty() ? "failed expression: " + text() : message;
        }

        String reason() {
            return Trees.text(source, "reason");
        }
    }

    Policy(JsonNode policy, List<PolicyBinding> bindings) {
        this.name = Trees.name(policy);
        this.spec = policy.path("spec");
        this.constraints = MatchResources.of(spec.path("matchConstraints"));
        this.bindings = List.copyOf(bindings);
    }

    String name() {
        return name;
    }

    List<PolicyBinding> bindings() {
        return bindings;
    }

    /** The version in which the request concerns the policy; empty when it does not. */
    Optional<ResourceType> concern(RequestContext context, EquivalentForms forms) {
        return constraints.match(context, forms);
    }

    boolean ignoresFailures() {
        return Trees.text(spec, "failurePolicy").equals("Ignore");
    }

    JsonNode paramKind() {
        return spec.path("paramKind");
    }

    Compiled compiled(ExpressionEngine engine) {
        var known = compiled;
        return known == null ? compile(engine) : known;
    }

    private Compiled compile(ExpressionEngine engine) {
        compiling.lock();
        try {
            var known = compiled;
            if (known == null) {
                known = compile(spec, engine);
                compiled = known;
            }
            return known;
        } finally {
            compiling.unlock();
        }
    }

    private static Compiled compile(JsonNode spec, ExpressionEngine engine) {
        boolean hasParams = spec.path("paramKind").isObject();
        var results = new LinkedHashMap<String, Expression>();
        for (var variable : spec.path("variables")) {
            var known = RequestVariables.ofPolicy(ValueType.ANY, hasParams, results);
            try {
                results.put(Trees.text(variable, "name"), engine.compile(Trees.text(variable, "expression"), known));
            } catch (InvalidExpressionException e) {
                // Whoever mentions the variable does not compile either, and says so.
            }
        }
        var variables = RequestVariables.ofPolicy(ValueType.ANY, hasParams, results);
        var validations = new ArrayList<Validation>();
        spec.path("validations").forEach(validation -> validations.add(validation(validation, engine, variables)));
        var conditions = MatchConditions.of(spec.path("matchConditions"), engine, variables);
        var annotations = new ArrayList<Annotation>();
        spec.path("auditAnnotations").forEach(source -> annotations.add(annotation(source, engine, variables)));
        return new Compiled(conditions, results, List.copyOf(validations), List.copyOf(annotations));
    }

    private static Annotation annotation(JsonNode source, ExpressionEngine engine, List<Variable> variables) {
        var key = Trees.text(source, "key");
        var text = Trees.text(source, "valueExpression").strip();
        try {
            return new Annotation(key, text, Optional.of(engine.compile(text, variables)), "");
        } catch (InvalidExpressionException e) {
            return new Annotation(key, text, Optional.empty(), "compilation failed: " + e.text());
        }
    }

    private static Validation validation(JsonNode source, ExpressionEngine engine, List<Variable> variables) {
        try {
            var expression = engine.compile(Trees.text(source, "expression"), variables);
            var text = Trees.text(source, "messageExpression");
            var message = text.isBlank() ? Optional.<Expression>empty() : Optional.of(engine.compile(text, variables));
            return new Validation(source, Optional.of(expression), message, "");
        } catch (InvalidExpressionException e) {
            return new Validation(source, Optional.empty(), Optional.empty(), "compilation failed: " + e.text());
        }
    }
}
