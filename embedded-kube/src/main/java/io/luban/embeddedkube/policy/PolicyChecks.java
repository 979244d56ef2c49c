package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.Expression.ResultKind;
import io.luban.embeddedkube.expression.ExpressionEngine;
import io.luban.embeddedkube.expression.ExpressionEngine.Variable;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.expression.InvalidExpressionException;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses policies and webhooks whose expressions do not compile, and notes what the type check says in the status. */
public final class PolicyChecks implements CommitParticipant {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final Set<GroupResource> WEBHOOKS = Set.of(
            new GroupResource(GROUP, "validatingwebhookconfigurations"),
            new GroupResource(GROUP, "mutatingwebhookconfigurations"));

    private final ExpressionSupport expressions;
    private final PolicyTypes types;

    /** Types are checked against what {@code registry} serves. */
    public PolicyChecks(ExpressionSupport expressions, Registry registry) {
        this.expressions = expressions;
        this.types = new PolicyTypes(registry);
    }

    @Override
    public void complete(PendingWrite write) {
        if (write.type().storage().equals(PolicyTable.BINDINGS) && !write.removes()) {
            refuse(write, PolicyBinding.problems(write.object().path("spec")));
        }
        boolean isPolicy = write.type().storage().equals(PolicyTable.POLICIES);
        boolean isWebhook = WEBHOOKS.contains(write.type().storage());
        if ((!isPolicy && !isWebhook) || write.removes() || !write.subresource().isEmpty()) {
            return;
        }
        boolean isSame = write.old()
                .filter(old -> old.path(isPolicy ? "spec" : "webhooks")
                        .equals(write.object().path(isPolicy ? "spec" : "webhooks")))
                .isPresent();
        if (isSame || (isWebhook && write.object().findValue("matchConditions") == null)) {
            return;
        }
        var problems = new ArrayList<StatusCause>();
        if (isPolicy) {
            structure(write.object().path("spec"), problems);
        }
        expressions
                .engine()
                .ifPresentOrElse(
                        engine -> check(write.object(), isPolicy, engine, problems), () -> unenforced(write, problems));
        refuse(write, problems);
    }

    private static void refuse(PendingWrite write, List<StatusCause> problems) {
        if (!problems.isEmpty()) {
            var kind = write.type().kind();
            throw ApiException.invalid(kind.group(), kind.kind(), Trees.name(write.object()), problems);
        }
    }

    private void unenforced(PendingWrite write, List<StatusCause> problems) {
        expressions.noteUnenforced();
        if (expressions.isRequired()) {
            problems.add(StatusCause.forbidden(
                    write.type().storage().equals(PolicyTable.POLICIES) ? "spec" : "webhooks",
                    "expressions cannot be enforced because nothing evaluates them here"));
        }
    }

    private static void structure(JsonNode spec, List<StatusCause> problems) {
        if (!spec.path("matchConstraints").isObject()) {
            problems.add(StatusCause.required("spec.matchConstraints", ""));
        } else if (spec.path("matchConstraints").path("resourceRules").isEmpty()) {
            problems.add(StatusCause.required("spec.matchConstraints.resourceRules", ""));
        }
        if (spec.path("validations").isEmpty() && spec.path("auditAnnotations").isEmpty()) {
            problems.add(StatusCause.required(
                    "spec.validations", "validations or auditAnnotations must contain at least one item"));
        }
        var keys = new HashSet<String>();
        for (int i = 0; i < spec.path("auditAnnotations").size(); i++) {
            var place = "spec.auditAnnotations[" + i + "].";
            var annotation = spec.path("auditAnnotations").get(i);
            var key = Trees.text(annotation, "key");
            if (key.isEmpty()) {
                problems.add(StatusCause.required(place + "key", ""));
            } else if (!keys.add(key)) {
                problems.add(StatusCause.duplicate(place + "key", key));
            }
            if (Trees.text(annotation, "valueExpression").isBlank()) {
                problems.add(StatusCause.required(place + "valueExpression", ""));
            }
        }
    }

    private void check(ObjectNode object, boolean isPolicy, ExpressionEngine engine, List<StatusCause> problems) {
        if (isPolicy) {
            var findings = compile(object.path("spec"), ValueType.ANY, engine);
            findings.forEach((field, problem) -> problems.add(StatusCause.invalid(
                    field.place(),
                    field.text(),
                    (problem.startsWith("ERROR") ? "compilation failed: " : "") + problem)));
            if (problems.isEmpty()) {
                status(object, engine);
            }
            return;
        }
        var webhooks = object.path("webhooks");
        for (int i = 0; i < webhooks.size(); i++) {
            var variables = RequestVariables.ofRequest(ValueType.ANY);
            var field = "webhooks[" + i + "].matchConditions";
            var findings = new LinkedHashMap<Field, String>();
            each(webhooks.get(i).path("matchConditions"), field, variables, engine, findings);
            findings.forEach((place, problem) -> problems.add(StatusCause.invalid(
                    place.place(),
                    place.text(),
                    (problem.startsWith("ERROR") ? "compilation failed: " : "") + problem)));
        }
    }

    /** A member with an expression. */
    private record Field(String place, String text) {}

    private static Map<Field, String> compile(JsonNode spec, ValueType object, ExpressionEngine engine) {
        var findings = new LinkedHashMap<Field, String>();
        boolean hasParams = spec.path("paramKind").isObject();
        var results = new LinkedHashMap<String, Expression>();
        var variables = spec.path("variables");
        for (int i = 0; i < variables.size(); i++) {
            var field = new Field("spec.variables[" + i + "].expression", Trees.text(variables.get(i), "expression"));
            try {
                var known = RequestVariables.ofPolicy(object, hasParams, results);
                results.put(Trees.text(variables.get(i), "name"), engine.compile(field.text(), known));
            } catch (InvalidExpressionException e) {
                findings.put(field, e.text());
            }
        }
        var known = RequestVariables.ofPolicy(object, hasParams, results);
        each(spec.path("matchConditions"), "spec.matchConditions", known, engine, findings);
        each(spec.path("validations"), "spec.validations", known, engine, findings);
        var annotations = spec.path("auditAnnotations");
        for (int i = 0; i < annotations.size(); i++) {
            var place = "spec.auditAnnotations[" + i + "].valueExpression";
            var field = new Field(place, Trees.text(annotations.get(i), "valueExpression"));
            one(field, known, ResultKind.STRING, "must evaluate to one of [string null_type]", engine, findings);
        }
        return findings;
    }

    private static void each(
            JsonNode list,
            String place,
            List<Variable> variables,
            ExpressionEngine engine,
            Map<Field, String> findings) {
        for (int i = 0; i < list.size(); i++) {
            var expression = new Field(place + "[" + i + "].expression", Trees.text(list.get(i), "expression"));
            one(expression, variables, ResultKind.BOOL, "must evaluate to bool", engine, findings);
            var message =
                    new Field(place + "[" + i + "].messageExpression", Trees.text(list.get(i), "messageExpression"));
            if (!message.text().isBlank()) {
                one(message, variables, ResultKind.STRING, "must evaluate to string", engine, findings);
            }
        }
    }

    private static void one(
            Field field,
            List<Variable> variables,
            ResultKind wanted,
            String otherwise,
            ExpressionEngine engine,
            Map<Field, String> findings) {
        try {
            var kind = engine.compile(field.text(), variables).resultKind();
            if (kind != wanted && kind != ResultKind.ANY) {
                findings.put(field, otherwise);
            }
        } catch (InvalidExpressionException e) {
            findings.put(field, e.text());
        }
    }

    private void status(ObjectNode object, ExpressionEngine engine) {
        var status = Trees.ensure(object, "status");
        status.put(
                "observedGeneration", Trees.at(object, "metadata", "generation").asLong(1));
        var warnings = new LinkedHashMap<String, List<String>>();
        types.of(object.path("spec").path("matchConstraints"))
                .forEach((kind, type) -> compile(object.path("spec"), type, engine)
                        .forEach((field, problem) -> warnings.computeIfAbsent(field.place(), first -> new ArrayList<>())
                                .add(kind + ": " + problem)));
        var checking = status.putObject("typeChecking");
        if (!warnings.isEmpty()) {
            var list = checking.putArray("expressionWarnings");
            warnings.forEach(
                    (field, texts) -> list.addObject().put("fieldRef", field).put("warning", String.join("\n", texts)));
        }
    }
}
