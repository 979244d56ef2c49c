package io.luban.pki;

/** A key or certificate that cannot be read, written or made; names the file or subject. */
public final class PkiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure without an underlying one. */
    public PkiException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}
