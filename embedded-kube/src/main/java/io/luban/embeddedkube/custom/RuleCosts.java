package io.luban.embeddedkube.custom;

import io.luban.model.StatusCause;
import java.util.Locale;
import java.util.function.Consumer;

/** Adds up what the rules of a definition may cost, and refuses what could keep the server busy. */
final class RuleCosts {
    private static final long PER_RULE = 10_000_000;
    private static final long PER_DEFINITION = 100_000_000;
    private static final String ADVICE =
            " exceeds budget by factor of %s (try simplifying the rule, or adding maxItems,"
                    + " maxProperties, and maxLength where arrays, maps, and strings are declared)";

    private final Consumer<StatusCause> problems;
    private long total;

    RuleCosts(Consumer<StatusCause> problems) {
        this.problems = problems;
    }

    /** Notes a rule that runs up to {@code count} times per object. */
    void add(long cost, long count, String field) {
        long all = times(cost, count);
        single(all, "estimated rule cost", field);
        total = total > Long.MAX_VALUE - all ? Long.MAX_VALUE : total + all;
    }

    /** Refuses one expression that costs too much. */
    void single(long cost, String what, String field) {
        if (cost > PER_RULE) {
            problems.accept(StatusCause.forbidden(field, what + ADVICE.formatted(factor(cost, PER_RULE))));
        }
    }

    /** Refuses rules that together cost too much. */
    void finish(String path) {
        if (total > PER_DEFINITION) {
            var what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
            problems.accept(StatusCause.forbidden(path, what + ADVICE.formatted(factor(total, PER_DEFINITION))));
        }
    }

    private static String factor(long cost, long limit) {
        double factor = (double) cost / limit;
        if (factor > 100) {
            return "more than 100x";
        }
        return String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
    }

    static long times(long one, long other) {
        long high = Math.multiplyHigh(one, other);
        return high != 0 || one * other < 0 ? Long.MAX_VALUE : one * other;
    }
}
