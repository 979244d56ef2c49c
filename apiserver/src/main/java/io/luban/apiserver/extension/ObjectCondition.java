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

    /** The object is served by nothing, because an older one has what it asks for. */
    public static ObjectCondition conflict(String message) {
        return new ObjectCondition(ACCEPTED, false, "Conflict", message);
    }

    /** This, and what else is to be said of an object that is served. */
    ObjectCondition and(ObjectCondition further) {
        return further.holds && !message.equals(accepted().message)
                ? partly(message + "; " + further.message)
                : further;
    }

    String status() {
        return holds ? "True" : "False";
    }
}
