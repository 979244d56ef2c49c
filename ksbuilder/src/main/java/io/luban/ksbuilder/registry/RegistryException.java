package io.luban.ksbuilder.registry;

/** A chart that a registry does not hand out; the message names it and says why. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure with its explanation. */
    public RegistryException(String message) {
        super(message);
    }
}
