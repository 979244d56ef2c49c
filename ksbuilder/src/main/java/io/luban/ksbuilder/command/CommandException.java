package io.luban.ksbuilder.command;

/** A command that cannot be carried out; the message is all its user sees. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure with its explanation. */
    public CommandException(String message) {
        super(message);
    }
}
