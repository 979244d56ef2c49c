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

    /** The level of that name; empty text means {@link #METADATA}, and what is not a level switches auditing off. */
    public static AuditLevel of(String text) {
        if (text.isEmpty()) {
            return METADATA;
        }
        for (var level : values()) {
            if (level.word.equals(text)) {
                return level;
            }
        }
        return NONE;
    }

    boolean includes(AuditLevel other) {
        return compareTo(other) >= 0;
    }

    @Override
    public String toString() {
        return word;
    }
}
