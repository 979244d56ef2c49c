package io.luban.ksbuilder.scaffold;

/** A folder or chart that nothing can be made of; the message names it and says why. */
public final class ScaffoldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal with its explanation. */
    public ScaffoldException(String message) {
        super(message);
    }
}
