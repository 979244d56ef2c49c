package io.luban.embeddedkube.expression;

/** A text is no expression over the declared variables; the message shows where. */
public final class InvalidExpressionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** {@code message}: one or more lines, the place of each problem marked. */
    public InvalidExpressionException(String message) {
        super(message);
    }

    /** The problems. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
