package io.luban.extensionformat.remote;

/** Something that could not be fetched; the message names the address and the reason. */
public final class RemoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** A failure without an HTTP status: no connection, a broken answer, a rule of ours. */
    public RemoteException(String message) {
        this(0, message);
    }

    /** A failure that the server reported with an HTTP status. */
    public RemoteException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status, 0 where there was none. */
    public int status() {
        return status;
    }
}
