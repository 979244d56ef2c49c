package io.luban.controller.admission;

/** An object that must not be stored; the message is for the one who wrote it. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }

    /** The message. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
