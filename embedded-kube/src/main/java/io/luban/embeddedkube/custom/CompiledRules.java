package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.model.StatusCause;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The {@code x-kubernetes-validations} of one version of a kind, compiled when its first object is written. */
final class CompiledRules {
    private final JsonNode schema;
    private final ExpressionSupport expressions;
    private final ReentrantLock compiling = new ReentrantLock();
    private volatile @Nullable Compiled compiled;

    private record Compiled(Optional<RuleNode> root) {}

    CompiledRules(JsonNode schema, ExpressionSupport expressions) {
        this.schema = schema;
        this.expressions = expressions;
    }

    /** The rules that an object breaks; none when nothing evaluates expressions. */
    List<StatusCause> broken(ObjectNode object, Optional<ObjectNode> old) {
        return root().map(root -> RuleEvaluation.evaluate(object, old, root)).orElse(List.of());
    }

    private Optional<RuleNode> root() {
        var known = compiled;
        return known == null ? compile() : known.root();
    }

    private Optional<RuleNode> compile() {
        compiling.lock();
        try {
            var known = compiled;
            if (known == null) {
                known = new Compiled(expressions.engine().flatMap(engine -> RuleCompiler.compile(schema, engine)));
                compiled = known;
            }
            return known.root();
        } finally {
            compiling.unlock();
        }
    }
}
