package io.luban.kubecel;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what an evaluation costs, and stops it at a limit; used by one thread. */
final class CostMeter implements CelEvaluationListener {
    private static final long LIST = 10;
    private static final long MAP = 30;
    private static final long AUTHORIZATION = 350_000;
    private static final long BYTES_PER_UNIT = 10;
    private static final long PATTERN_BYTES_PER_UNIT = 4;

    private final CallSizes sizes;
    private final long limit;
    private final Map<Long, Long> lastSizes = new HashMap<>();
    private long cost;

    CostMeter(CallSizes sizes, long limit) {
        this.sizes = sizes;
        this.limit = limit;
    }

    /** Ends an evaluation that costs too much. */
    private static final class CostlyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CostlyException() {
            super("cost limit exceeded", null, false, false);
        }
    }

    @Override
    public void callback(CelExpr expression, Object result) {
        cost += switch (expression.getKind()) {
            case IDENT, SELECT -> 1;
            case LIST -> LIST;
            case MAP, STRUCT -> MAP;
            case CALL -> call(expression);
            default -> 0;
        };
        if (sizes.measured().contains(expression.id())) {
            lastSizes.put(expression.id(), size(result));
        }
        if (isOver()) {
            throw new CostlyException();
        }
    }

    private long call(CelExpr expression) {
        var arguments = sizes.arguments().get(expression.id());
        if (arguments == null) {
            return 1;
        }
        return 1
                + switch (expression.call().function()) {
                    case "matches", "find", "findAll" ->
                        units(arguments, 0, BYTES_PER_UNIT) * units(arguments, 1, PATTERN_BYTES_PER_UNIT);
                    case "contains" -> units(arguments, 0, BYTES_PER_UNIT) * units(arguments, 1, BYTES_PER_UNIT);
                    case "startsWith", "endsWith" -> units(arguments, 1, BYTES_PER_UNIT);
                    case "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_" ->
                        Math.min(units(arguments, 0, BYTES_PER_UNIT), units(arguments, 1, BYTES_PER_UNIT)) - 1;
                    case "@in" -> last(arguments, 1);
                    case "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf" -> last(arguments, 0);
                    case "check" -> AUTHORIZATION;
                    default -> units(arguments, 0, BYTES_PER_UNIT) - 1;
                };
    }

    private long units(List<Long> arguments, int position, long divisor) {
        return last(arguments, position) / divisor + 1;
    }

    private long last(List<Long> arguments, int position) {
        return position < arguments.size() ? lastSizes.getOrDefault(arguments.get(position), 1L) : 1;
    }

    private static long size(Object value) {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> 1;
        };
    }

    boolean isOver() {
        return cost > limit;
    }

    long cost() {
        return cost;
    }
}
