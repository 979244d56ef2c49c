package io.luban.embeddedkube.configuration;

/** How much of a request the audit log keeps, in the words of audit.k8s.io. */
public enum AuditLevel {
    /** Nothing. */
    NONE("None"),
    /** Who asked for what and the outcome, no bodies. */
    METADATA("Metadata"),
    /** The same with the body of the request. */
    REQUEST("Request"),
    /** The same with the body of the answer besides. */
    REQUEST_RESPONSE("RequestResponse");

    private final String word;

    AuditLevel(String word) {
        this.word = word;
    }

    /** Whether this level keeps at least what the other one does. */
    public boolean covers(AuditLevel other) {
        return compareTo(other) >= 0;
    }

    /** The word in the configuration file and in events. */
    @Override
    public String toString() {
        return word;
    }
}
