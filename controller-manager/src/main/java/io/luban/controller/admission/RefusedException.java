package io.luban.controller.admission;

/** An object that must not be stored; the message is for the one who wrote it, as is the HTTP code, 403 unless said. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String word;

    RefusedException(String message) {
        this(message, 403, "Forbidden");
    }

    private RefusedException(String message, int code, String word) {
        super(message);
        this.code = code;
        this.word = word;
    }

    /** Something that the object names is not there. */
    static RefusedException notFound(String message) {
        return new RefusedException(message, 404, "NotFound");
    }

    /** Something that the object needs is not ready. */
    static RefusedException internal(String message) {
        return new RefusedException(message, 500, "InternalError");
    }

    int code() {
        return code;
    }

    /** The word of Kubernetes for the code. */
    String word() {
        return word;
    }

    /** The message. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
