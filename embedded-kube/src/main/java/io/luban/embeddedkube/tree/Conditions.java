package io.luban.embeddedkube.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** The {@code conditions} list of a status. */
public final class Conditions {
    private Conditions() {}

    /** A condition without its times. */
    public record Condition(String type, boolean holds, String reason, String message) {}

    /** Sets the condition of that type; its transition time moves only when its truth changes. */
    public static void set(ObjectNode status, Condition condition, Instant now) {
        var list = Trees.ensureArray(status, "conditions");
        var truth = condition.holds() ? "True" : "False";
        for (var existing : list) {
            if (existing instanceof ObjectNode found
                    && Trees.text(found, "type").equals(condition.type())) {
                if (!Trees.text(found, "status").equals(truth)) {
                    found.put("lastTransitionTime", Trees.time(now));
                }
                fill(found, condition, truth);
                return;
            }
        }
        var added = list.addObject().put("type", condition.type());
        fill(added, condition, truth);
        added.put("lastTransitionTime", Trees.time(now));
    }

    /** Whether a condition of that type is {@code True}. */
    public static boolean isTrue(JsonNode object, String type) {
        return holds(Trees.at(object, "status"), type);
    }

    /** The same for a status by itself. */
    public static boolean holds(JsonNode status, String type) {
        for (var condition : status.path("conditions")) {
            if (Trees.text(condition, "type").equals(type)) {
                return Trees.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    /** Whether a condition of that type is {@code False}; one that is absent is neither. */
    public static boolean isFalse(JsonNode object, String type) {
        for (var condition : Trees.at(object, "status", "conditions")) {
            if (Trees.text(condition, "type").equals(type)) {
                return Trees.text(condition, "status").equals("False");
            }
        }
        return false;
    }

    private static void fill(ObjectNode target, Condition condition, String truth) {
        target.put("status", truth);
        put(target, "reason", condition.reason());
        put(target, "message", condition.message());
    }

    private static void put(ObjectNode target, String member, String value) {
        if (value.isEmpty()) {
            target.remove(member);
        } else {
            target.put(member, value);
        }
    }
}
