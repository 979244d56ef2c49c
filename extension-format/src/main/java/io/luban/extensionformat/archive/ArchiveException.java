package io.luban.extensionformat.archive;

/** A chart archive that is broken or breaks a rule; the message names the entry and the rule. */
public final class ArchiveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A refusal with its explanation. */
    public ArchiveException(String message) {
        super(message);
    }
}
