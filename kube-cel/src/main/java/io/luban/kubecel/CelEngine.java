package io.luban.kubecel;

import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.standard.AddOperator;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.ExpressionEngine;
import io.luban.embeddedkube.expression.InvalidExpressionException;
import io.luban.embeddedkube.expression.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiles expressions of the Common Expression Language with the functions of Kubernetes. */
public final class CelEngine implements ExpressionEngine {
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableOptionalSyntax(true)
            .maxExpressionCodePointSize(1 << 20)
            .build();

    private final Functions functions = functions();
    private final CelRuntime runtime = runtime(functions);

    private static Functions functions() {
        var functions = new Functions();
        ListLibrary.addTo(functions);
        RegexLibrary.addTo(functions);
        UrlLibrary.addTo(functions);
        NetworkLibrary.addTo(functions);
        QuantityLibrary.addTo(functions);
        VersionLibrary.addTo(functions);
        FormatLibrary.addTo(functions);
        TextLibrary.addTo(functions);
        AccessLibrary.addTo(functions);
        return functions;
    }

    private static CelRuntime runtime(Functions functions) {
        var standard = CelStandardFunctions.newBuilder()
                .filterFunctions((function, overload) -> function != StandardFunction.EQUALS
                        && function != StandardFunction.NOT_EQUALS
                        && overload != AddOperator.AddOverload.ADD_LIST)
                .build();
        return CelRuntimeFactory.legacyCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .setStandardEnvironmentEnabled(false)
                .setStandardFunctions(standard)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.encoders(OPTIONS),
                        CelExtensions.comprehensions())
                .addFunctionBindings(functions.bindings())
                .addFunctionBindings(
                        CelFunctionBinding.from("equals", Object.class, Object.class, Equality::same),
                        CelFunctionBinding.from(
                                "not_equals", Object.class, Object.class, (one, other) -> !Equality.same(one, other)),
                        CelFunctionBinding.from("add_list", List.class, List.class, Equality::concat))
                .build();
    }

    @Override
    public Expression compile(String text, List<Variable> variables) throws InvalidExpressionException {
        var declarations = new Declarations();
        var compiler = compiler(variables, declarations);
        try {
            var ast = compiler.compile(text).getAst();
            var types = new HashMap<String, ValueType>();
            variables.forEach(variable -> types.put(variable.name(), variable.type()));
            return new CelExpression(ast, runtime.createProgram(ast), declarations, Map.copyOf(types));
        } catch (CelValidationException e) {
            throw new InvalidExpressionException(Failures.text(e));
        } catch (CelEvaluationException e) {
            throw new InvalidExpressionException(String.valueOf(e.getMessage()));
        }
    }

    private CelCompiler compiler(List<Variable> variables, Declarations declarations) {
        var builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.encoders(OPTIONS),
                        CelExtensions.comprehensions())
                .addFunctionDeclarations(functions.declarations());
        variables.forEach(variable -> builder.addVar(variable.name(), declarations.declare(variable.type())));
        return builder.setTypeProvider(declarations).build();
    }
}
