package io.luban.controller.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Locale;

/** What a Subscription tells: the state of its plan in the early words, the plan's conditions, and its own. */
final class SubscriptionStatus {
    private final ObjectNode before;
    private final Instant now;
    private final ArrayNode conditions = Json.array();

    SubscriptionStatus(Subscription subscription, Instant now) {
        this.before = subscription.object().path("status") instanceof ObjectNode status ? status : Json.object();
        this.now = now;
    }

    /** Notes that something is the case. */
    void state(String type, String reason, String message) {
        var condition = conditions
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        for (var known : before.path("conditions")) {
            if (known.path("type").equals(condition.path("type"))
                    && known.path("reason").equals(condition.path("reason"))
                    && known.path("message").equals(condition.path("message"))) {
                condition.set("lastTransitionTime", known.path("lastTransitionTime"));
            }
        }
    }

    /** The whole status over a plan, a missing node when there is none. */
    ObjectNode over(JsonNode plan) {
        var status = Json.object().put("state", word(plan.at("/status/state").asText("")));
        var own = new HashSet<String>();
        conditions.forEach(condition -> own.add(condition.path("type").asText("")));
        for (var condition : plan.at("/status/conditions")) {
            if (!own.contains(condition.path("type").asText(""))) {
                conditions.add(condition);
            }
        }
        status.set("conditions", conditions);
        return status;
    }

    /** The early form writes states with a small first letter. */
    private static String word(String state) {
        var present = state.equals("Deployed") ? "Installed" : state;
        return present.isEmpty() ? "" : present.substring(0, 1).toLowerCase(Locale.ROOT) + present.substring(1);
    }
}
