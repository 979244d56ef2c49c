package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.model.StatusCause;
import java.util.List;

/** Checks the expressions in the schemas of a definition. */
final class SchemaExpressions {
    private SchemaExpressions() {}

    /** Adds the problems of every rule; without an engine only whether rules are accepted at all. */
    static void check(Definition definition, ExpressionSupport expressions, List<StatusCause> problems) {
        if (definition.spec().findValue("x-kubernetes-validations") == null) {
            return;
        }
        var engine = expressions.engine();
        if (engine.isEmpty()) {
            if (expressions.isRequired()) {
                problems.add(StatusCause.forbidden(
                        "spec.versions",
                        "x-kubernetes-validations cannot be enforced because nothing evaluates expressions here"));
            }
            return;
        }
        var versions = definition.versions();
        boolean areSame = versions.stream()
                        .map(version -> version.path("schema"))
                        .distinct()
                        .count()
                == 1;
        for (int i = 0; i < (areSame ? 1 : versions.size()); i++) {
            JsonNode schema = versions.get(i).path("schema").path("openAPIV3Schema");
            var field = areSame ? "spec.validation.openAPIV3Schema" : "spec.versions[" + i + "].schema.openAPIV3Schema";
            RuleCompiler.check(schema, engine.get(), field, problems::add);
        }
    }
}
