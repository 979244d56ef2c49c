package io.luban.kubecel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which calls of an expression cost by the size of what they are given.
 *
 * @param arguments of each such call, by id
 * @param measured ids of all these arguments
 */
record CallSizes(Map<Long, List<Long>> arguments, Set<Long> measured) {
    private static final Set<String> CONSTANT = Set.of(
            "_&&_",
            "_||_",
            "!_",
            "_?_:_",
            "@not_strictly_false",
            "_[_]",
            "_-_",
            "_*_",
            "_/_",
            "_%_",
            "-_",
            "size",
            "allowed",
            "orValue",
            "hasValue",
            "value",
            "or");

    static CallSizes of(CelAbstractSyntaxTree ast) {
        var arguments = new HashMap<Long, List<Long>>();
        var measured = new HashSet<Long>();
        CelNavigableAst.fromAst(ast)
                .getRoot()
                .allNodes()
                .map(node -> node.expr())
                .filter(expr -> expr.getKind() == CelExpr.ExprKind.Kind.CALL)
                .filter(expr -> !CONSTANT.contains(expr.call().function()))
                .forEach(expr -> {
                    var ids = new ArrayList<Long>();
                    expr.call().target().ifPresent(target -> ids.add(target.id()));
                    expr.call().args().forEach(argument -> ids.add(argument.id()));
                    arguments.put(expr.id(), List.copyOf(ids));
                    measured.addAll(ids);
                });
        return new CallSizes(Map.copyOf(arguments), Set.copyOf(measured));
    }
}
