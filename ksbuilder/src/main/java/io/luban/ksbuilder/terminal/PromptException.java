package io.luban.ksbuilder.terminal;

/** A question that was not answered. */
public final class PromptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure with its explanation. */
    public PromptException(String message) {
        super(message);
    }
}
