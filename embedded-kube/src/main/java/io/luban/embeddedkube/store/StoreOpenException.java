package io.luban.embeddedkube.store;

/** A store that cannot be opened: in use, damaged or unreadable. The message names the file and the problem. */
public final class StoreOpenException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** A refusal with its explanation. */
    public StoreOpenException(String message) {
        super(message);
    }

    /** A refusal with its explanation and what led to it. */
    public StoreOpenException(String message, Throwable cause) {
        super(message, cause);
    }
}
