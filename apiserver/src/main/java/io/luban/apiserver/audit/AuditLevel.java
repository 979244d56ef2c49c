package io.luban.apiserver.audit;

/** How much of a request is recorded; each level includes those before it. */
public enum AuditLevel {
    /** Nothing. */
    NONE("None"),
    /** Who asked for what, and the status. */
    METADATA("Metadata"),
    /** The request's body too. */
    REQUEST("Request"),
    /** The answer's body too. */
    REQUEST_RESPONSE("RequestResponse");

    private final String word;

    AuditLevel(String word) {
        this.word = word;
    }

    boolean includes(AuditLevel other) {
        return compareTo(other) >= 0;
    }

    @Override
    public String toString() {
        return word;
    }
}
