package io.luban.embeddedkube.expression;

/** A compiled expression. Immutable and safe for parallel use. */
public interface Expression {
    /** What the type check says about results. */
    enum ResultKind {
        BOOL,
        STRING,
        /** Only evaluation shows it. */
        ANY,
        OTHER
    }

    /** What the expression evaluates to. */
    ResultKind resultKind();

    /** Whether the variable occurs. */
    boolean mentions(String variable);

    /** Upper bound of what one evaluation costs, by the sizes that the types of the variables allow. */
    long estimatedCost();

    /** The result: a Boolean, a String, or an object that only the engine knows. */
    Object evaluate(Bindings bindings, CostBudget budget) throws EvaluationException;

    /** Whether a result of this expression is null. */
    boolean isNull(Object result);

    /** Values of the variables; each is asked for when it is needed. */
    @FunctionalInterface
    interface Bindings {
        /** The value of a declared variable. */
        Value value(String variable);
    }
}
