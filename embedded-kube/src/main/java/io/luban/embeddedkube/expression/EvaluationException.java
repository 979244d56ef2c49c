package io.luban.embeddedkube.expression;

/** An expression has no result for these values, or costs too much. */
public final class EvaluationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean costly;

    /** {@code costly}: evaluation was stopped at its cost limit. */
    public EvaluationException(String message, boolean costly) {
        super(message);
        this.costly = costly;
    }

    /** What went wrong, in the words of Kubernetes. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** Whether evaluation was stopped at its cost limit. */
    public boolean isCostly() {
        return costly;
    }
}
