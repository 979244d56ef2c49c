package io.luban.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A Kubernetes {@code meta/v1 Status} of a failed call.
 *
 * @param code HTTP status
 * @param reason machine-readable word such as {@code NotFound}; may be empty
 * @param message text for people
 * @param details what the failure is about
 */
public record Status(int code, String reason, String message, Details details) {
    /**
     * The object and the problems a failure is about.
     *
     * @param name object name, empty when not about one object
     * @param group API group of {@code kind}
     * @param kind plural resource (storage errors) or kind (validation errors)
     * @param uid uid of the object, may be empty
     * @param causes single problems
     * @param retryAfterSeconds 0 when there is no advice
     */
    public record Details(
            String name, String group, String kind, String uid, List<StatusCause> causes, int retryAfterSeconds) {
        /** Nothing known beyond the message; left out of the wire form. */
        public static final Details NONE = new Details("", "", "", "", List.of(), 0);

        /** Nothing known either, but present on the wire, as in generic answers of the reference. */
        public static final Details EMPTY = new Details("", "", "", "", List.of(), 0);

        /** Defensive copy. */
        public Details {
            causes = List.copyOf(causes);
        }

        @SuppressWarnings("ReferenceEquality") // NONE and EMPTY differ on the wire only.
        private boolean isAbsent() {
            return this == NONE;
        }

        private ObjectNode toJson() {
            var json = Json.object();
            putUnlessEmpty(json, "name", name);
            putUnlessEmpty(json, "group", group);
            putUnlessEmpty(json, "kind", kind);
            putUnlessEmpty(json, "uid", uid);
            if (!causes.isEmpty()) {
                var list = json.putArray("causes");
                causes.forEach(cause -> list.add(causeJson(cause)));
            }
            if (retryAfterSeconds > 0) {
                json.put("retryAfterSeconds", retryAfterSeconds);
            }
            return json;
        }
    }

    /** A failure that is described by its message alone. */
    public static Status of(int code, String reason, String message) {
        return new Status(code, reason, message, Details.NONE);
    }

    /** The wire form, {@code status: Failure}. */
    public ObjectNode toJson() {
        var json = Json.object();
        json.put("kind", "Status").put("apiVersion", "v1");
        json.putObject("metadata");
        json.put("status", "Failure");
        json.put("message", message);
        putUnlessEmpty(json, "reason", reason);
        if (!details.isAbsent()) {
            json.set("details", details.toJson());
        }
        json.put("code", code);
        return json;
    }

    private static ObjectNode causeJson(StatusCause cause) {
        var json = Json.object();
        putUnlessEmpty(json, "reason", cause.reason());
        putUnlessEmpty(json, "message", cause.message());
        putUnlessEmpty(json, "field", cause.field());
        return json;
    }

    private static void putUnlessEmpty(ObjectNode json, String member, String value) {
        if (!value.isEmpty()) {
            json.put(member, value);
        }
    }
}
