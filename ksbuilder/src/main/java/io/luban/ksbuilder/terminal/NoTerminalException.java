package io.luban.ksbuilder.terminal;

/** A question that cannot be asked because neither a terminal is there nor a flag was given. */
public final class NoTerminalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The one explanation. */
    public NoTerminalException() {
        super("no terminal; use flags");
    }
}
