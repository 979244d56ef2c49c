package io.luban.helm;

/** A chart that the engine refuses; the message is the engine's own. */
public final class ChartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal in the engine's words. */
    public ChartException(String message) {
        super(message);
    }
}
