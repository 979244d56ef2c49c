package io.luban.apiserver.extension;

/**
 * What the gateway has to say about an object, in its {@code status.conditions}.
 *
 * @param type such as {@code Accepted}
 * @param reason one word in CamelCase
 */
public record ObjectCondition(String type, boolean holds, String reason, String message) {
    /** Whether requests are served as the object says. */
    public static final String ACCEPTED = "Accepted";

    /** The object is served as it is written. */
    public static ObjectCondition accepted() {
        return new ObjectCondition(ACCEPTED, true, ACCEPTED, "the gateway serves this object");
    }

    /** The object cannot be served. */
    public static ObjectCondition refused(String reason, String message) {
        return new ObjectCondition(ACCEPTED, false, reason, message);
    }

    /** The object is served, but something in it is ignored. */
    public static ObjectCondition partly(String message) {
        return new ObjectCondition(ACCEPTED, true, "PartiallyInvalid", message);
    }

    String status() {
        return holds ? "True" : "False";
    }
}
