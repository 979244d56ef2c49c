package io.luban.kubecel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.luban.embeddedkube.expression.CostBudget;
import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.ValueType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A compiled expression with the types of its variables. */
final class CelExpression implements Expression {
    private static final String TOO_COSTLY = "operation cancelled: actual cost limit exceeded";

    private final CelAbstractSyntaxTree ast;
    private final CelRuntime.Program program;
    private final Declarations declarations;
    private final Map<String, ValueType> variables;
    private final CallSizes sizes;

    CelExpression(
            CelAbstractSyntaxTree ast,
            CelRuntime.Program program,
            Declarations declarations,
            Map<String, ValueType> variables) {
        this.ast = ast;
        this.program = program;
        this.declarations = declarations;
        this.variables = variables;
        this.sizes = CallSizes.of(ast);
    }

    CelType type() {
        return ast.getResultType();
    }

    Declarations declarations() {
        return declarations;
    }

    @Override
    public ResultKind resultKind() {
        var type = ast.getResultType();
        if (type.equals(SimpleType.BOOL)) {
            return ResultKind.BOOL;
        }
        if (type.equals(SimpleType.STRING)) {
            return ResultKind.STRING;
        }
        return type.equals(SimpleType.DYN) ? ResultKind.ANY : ResultKind.OTHER;
    }

    @Override
    public boolean mentions(String variable) {
        return ast.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals(variable));
    }

    @Override
    public long estimatedCost() {
        return CostEstimate.of(ast, variables);
    }

    @Override
    public Object evaluate(Bindings bindings, CostBudget budget) throws EvaluationException {
        var meter = new CostMeter(sizes, budget.limit());
        var known = new HashMap<String, Object>();
        try {
            var result = program.trace(name -> value(name, bindings, known), meter);
            refuseCostly(meter);
            return result;
        } catch (CelEvaluationException e) {
            refuseCostly(meter);
            throw failure(e);
        } catch (ResultMap.MemberFailure e) {
            throw e.failure();
        } finally {
            budget.spend(meter.cost());
        }
    }

    @Override
    public boolean isNull(Object result) {
        return result instanceof NullValue;
    }

    private Optional<Object> value(String name, Bindings bindings, Map<String, Object> known) {
        var type = variables.get(name);
        return type == null
                ? Optional.empty()
                : Optional.of(known.computeIfAbsent(name, key -> TreeValues.of(bindings.value(name), type)));
    }

    private static void refuseCostly(CostMeter meter) throws EvaluationException {
        if (meter.isOver()) {
            throw new EvaluationException(TOO_COSTLY, true);
        }
    }

    private static EvaluationException failure(CelEvaluationException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ResultMap.MemberFailure member) {
                return member.failure();
            }
        }
        return new EvaluationException(Failures.text(failure), false);
    }
}
