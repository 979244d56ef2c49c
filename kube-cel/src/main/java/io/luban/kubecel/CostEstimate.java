package io.luban.kubecel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.expression.ValueType.ListOf;
import io.luban.embeddedkube.expression.ValueType.MapOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the most that an expression can cost, from the largest sizes that the types of its variables allow. Sums and
 * products stop at the largest number instead of overflowing.
 */
final class CostEstimate {
    private static final long LIST = 10;
    private static final long MAP = 30;
    private static final long STRUCT = 40;
    private static final double TRAVERSAL = 0.1;
    private static final double PATTERN = 0.25;
    private static final ValueType KEY = new ValueType.Scalar(ValueType.Kind.STRING, 3L << 20);

    private final Map<String, Estimate> scope = new HashMap<>();

    /**
     * What is known of a part of an expression.
     *
     * @param size most bytes of a text or items of a list
     * @param type declared type of its value, {@code ANY} when it is computed
     */
    private record Estimate(long cost, long size, ValueType type) {
        static Estimate of(long cost, ValueType type) {
            return new Estimate(cost, sizeOf(type), type);
        }

        static Estimate computed(long cost, long size) {
            return new Estimate(cost, size, ValueType.ANY);
        }

        private static long sizeOf(ValueType type) {
            return switch (type) {
                case ValueType.Scalar scalar -> scalar.maximumSize();
                case ListOf list -> list.maximumItems();
                case MapOf map -> map.maximumEntries();
                default -> 1;
            };
        }
    }

    private CostEstimate() {}

    static long of(CelAbstractSyntaxTree ast, Map<String, ValueType> variables) {
        var estimate = new CostEstimate();
        variables.forEach((name, type) ->
                estimate.scope.put(name, Estimate.of(1, type instanceof ValueType.Maybe maybe ? maybe.type() : type)));
        return estimate.node(ast.getExpr()).cost();
    }

    private Estimate node(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> Estimate.computed(0, sizeOf(expr.constant()));
            case IDENT -> scope.getOrDefault(expr.ident().name(), Estimate.computed(1, 1));
            case SELECT -> select(expr.select());
            case CALL -> call(expr.call());
            case LIST -> list(all(expr.list().elements()));
            case MAP -> map(expr.map());
            case STRUCT -> Estimate.computed(STRUCT, 1);
            case COMPREHENSION -> comprehension(expr.comprehension());
            case NOT_SET -> Estimate.computed(0, 1);
        };
    }

    private static Estimate list(List<Estimate> items) {
        long largest = items.stream().mapToLong(Estimate::size).max().orElse(1);
        return new Estimate(sum(LIST, items), items.size(), listOf(items.size(), largest));
    }

    private static ValueType listOf(long count, long itemSize) {
        var item = new ValueType.Scalar(ValueType.Kind.ANY, itemSize);
        return new ListOf(item, count, ValueType.ListKind.ATOMIC, List.of());
    }

    private static long sizeOf(CelConstant constant) {
        return switch (constant.getKind()) {
            case STRING_VALUE -> constant.stringValue().length();
            case BYTES_VALUE -> constant.bytesValue().size();
            default -> 1;
        };
    }

    private List<Estimate> all(List<CelExpr> parts) {
        var estimates = new ArrayList<Estimate>();
        parts.forEach(part -> estimates.add(node(part)));
        return estimates;
    }

    private static long sum(long first, List<Estimate> parts) {
        long sum = first;
        for (var part : parts) {
            sum = plus(sum, part.cost());
        }
        return sum;
    }

    private Estimate map(CelExpr.CelMap map) {
        long cost = MAP;
        for (var entry : map.entries()) {
            cost = plus(cost, plus(node(entry.key()).cost(), node(entry.value()).cost()));
        }
        return Estimate.computed(cost, map.entries().size());
    }

    private Estimate select(CelExpr.CelSelect select) {
        var operand = node(select.operand());
        long cost = plus(operand.cost(), 1);
        return select.testOnly()
                ? Estimate.computed(cost, 1)
                : Estimate.of(cost, member(operand.type(), select.field()));
    }

    private static ValueType member(ValueType type, String field) {
        return switch (type) {
            case ValueType.Struct struct -> struct.fields().getOrDefault(FieldNames.unescaped(field), ValueType.ANY);
            case MapOf map -> map.values();
            default -> ValueType.ANY;
        };
    }

    private Estimate comprehension(CelExpr.CelComprehension loop) {
        var range = node(loop.iterRange());
        var start = node(loop.accuInit());
        boolean isOverMap = range.type() instanceof MapOf || range.type() instanceof ValueType.Struct;
        var items = items(range.type());
        var before = new HashMap<>(scope);
        boolean hasTwo = !loop.iterVar2().isEmpty();
        var first = isOverMap ? KEY : hasTwo ? new ValueType.Scalar(ValueType.Kind.INT, 1) : items;
        scope.put(loop.iterVar(), Estimate.of(1, first));
        if (hasTwo) {
            scope.put(loop.iterVar2(), Estimate.of(1, items));
        }
        scope.put(loop.accuVar(), Estimate.computed(1, start.size()));
        long once =
                plus(node(loop.loopCondition()).cost(), node(loop.loopStep()).cost());
        var result = node(loop.result());
        scope.clear();
        scope.putAll(before);
        long cost = plus(plus(range.cost(), start.cost()), plus(times(range.size(), once), result.cost()));
        boolean isList = loop.accuInit().getKind() == CelExpr.ExprKind.Kind.LIST;
        return new Estimate(cost, isList ? range.size() : 1, isList ? listOf(range) : ValueType.ANY);
    }

    private static ValueType listOf(Estimate range) {
        return new ListOf(items(range.type()), range.size(), ValueType.ListKind.ATOMIC, List.of());
    }

    private static ValueType items(ValueType type) {
        return switch (type) {
            case ListOf list -> list.items();
            case MapOf map -> map.values();
            default -> ValueType.ANY;
        };
    }

    private Estimate call(CelExpr.CelCall call) {
        var parts = new ArrayList<Estimate>();
        call.target().ifPresent(target -> parts.add(node(target)));
        parts.addAll(all(call.args()));
        long inside = sum(0, parts);
        long first = parts.isEmpty() ? 1 : parts.getFirst().size();
        long second = parts.size() < 2 ? 1 : parts.get(1).size();
        return switch (call.function()) {
            case "_&&_", "_||_", "@not_strictly_false" -> Estimate.computed(inside, 1);
            case "_?_:_" -> choice(parts);
            case "_[_]", "_[?_]" ->
                Estimate.of(plus(inside, 1), items(parts.getFirst().type()));
            case "_?._" -> optionalMember(parts.getFirst(), call, inside);
            case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_" ->
                Estimate.computed(plus(inside, Math.max(1, part(Math.min(first, second), TRAVERSAL))), 1);
            case "_+_" ->
                Estimate.computed(plus(inside, Math.max(1, part(plus(first, second), TRAVERSAL))), plus(first, second));
            case "@in" -> Estimate.computed(plus(inside, second), 1);
            case "matches", "find", "findAll" ->
                Estimate.computed(plus(inside, times(part(plus(first, 1), TRAVERSAL), part(second, PATTERN))), first);
            case "contains" ->
                Estimate.computed(plus(inside, times(part(first, TRAVERSAL), part(second, TRAVERSAL))), 1);
            case "startsWith", "endsWith" -> Estimate.computed(plus(inside, part(second, TRAVERSAL)), 1);
            case "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf" -> Estimate.computed(plus(inside, first), 1);
            case "orValue", "value" ->
                new Estimate(plus(inside, 1), first, parts.getFirst().type());
            case "split" -> new Estimate(plus(inside, part(first, TRAVERSAL)), first, listOf(first, first));
            case "replace", "lowerAscii", "upperAscii", "substring", "trim", "join", "string", "format" ->
                Estimate.computed(plus(inside, part(first, TRAVERSAL)), first);
            case "url",
                    "isURL",
                    "quantity",
                    "isQuantity",
                    "ip",
                    "isIP",
                    "cidr",
                    "isCIDR",
                    "validate",
                    "semver",
                    "isSemver" -> Estimate.computed(plus(inside, part(first, TRAVERSAL)), first);
            default -> Estimate.computed(plus(inside, 1), 1);
        };
    }

    private static Estimate choice(List<Estimate> parts) {
        var yes = parts.get(1);
        var no = parts.get(2);
        long cost = plus(parts.getFirst().cost(), Math.max(yes.cost(), no.cost()));
        return new Estimate(cost, Math.max(yes.size(), no.size()), yes.type());
    }

    private static Estimate optionalMember(Estimate operand, CelExpr.CelCall call, long inside) {
        var name = call.args().getLast();
        boolean isNamed = name.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && name.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        return Estimate.of(
                plus(inside, 1),
                isNamed ? member(operand.type(), name.constant().stringValue()) : ValueType.ANY);
    }

    private static long part(long size, double factor) {
        return size > 1L << 50 ? size / 10 : (long) Math.ceil(size * factor);
    }

    private static long plus(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    private static long times(long one, long other) {
        return one != 0 && other > Long.MAX_VALUE / one ? Long.MAX_VALUE : one * other;
    }
}
