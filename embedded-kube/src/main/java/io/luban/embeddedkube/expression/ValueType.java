package io.luban.embeddedkube.expression;

import java.util.List;
import java.util.Map;

/** Type of a variable or of a part of it. */
public sealed interface ValueType {
    /** Anything; checked while evaluating. */
    ValueType ANY = new Scalar(Kind.ANY, Long.MAX_VALUE);

    /** Kinds of scalars. */
    enum Kind {
        ANY,
        BOOL,
        INT,
        DOUBLE,
        STRING,
        BYTES,
        TIMESTAMP,
        DURATION,
        /** The rights of a user. */
        ACCESS,
        /** The rights of a user to one resource. */
        RESOURCE_ACCESS
    }

    /** How the items of a list are identified. */
    enum ListKind {
        ATOMIC,
        SET,
        MAP
    }

    /**
     * A single value.
     *
     * @param maximumSize most bytes of a text
     */
    record Scalar(Kind kind, long maximumSize) implements ValueType {}

    /** A list; equality and addition depend on how its items are identified. */
    record ListOf(ValueType items, long maximumItems, ListKind kind, List<String> keys) implements ValueType {}

    /** An object with free keys. */
    record MapOf(ValueType values, long maximumEntries) implements ValueType {}

    /** An object with known members; others do not exist for expressions. */
    record Struct(String name, Map<String, ValueType> fields) implements ValueType {}

    /** A value that may be absent. */
    record Maybe(ValueType type) implements ValueType {}

    /** Results of expressions by name. */
    record Results(Map<String, Expression> expressions) implements ValueType {}
}
