package io.luban.embeddedkube.expression;

import java.util.List;

/** Compiles expressions; implementations are found by ServiceLoader and safe for parallel use. */
public interface ExpressionEngine {
    /** A variable that an expression may mention. */
    record Variable(String name, ValueType type) {}

    /** The compiled form; throws when the text is no expression over these variables. */
    Expression compile(String text, List<Variable> variables) throws InvalidExpressionException;
}
