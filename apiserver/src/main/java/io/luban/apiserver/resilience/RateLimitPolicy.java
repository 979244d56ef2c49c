package io.luban.apiserver.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * How much a backend is asked.
 *
 * @param requestsPerSecond sustained rate for each key, 0 for no limit
 * @param burst requests that may come at once
 * @param maxConcurrent requests at the same time for each key, 0 for no limit
 * @param key what has a limit of its own
 */
record RateLimitPolicy(double requestsPerSecond, int burst, int maxConcurrent, Key key) {
    /** Who shares a limit. */
    enum Key {
        /** Everybody. */
        NONE,
        /** Each user. */
        USER,
        /** Each client address. */
        IP
    }

    static RateLimitPolicy parse(JsonNode json) {
        var fields = new PolicyFields("rateLimit", json);
        double rate = fields.rate("requestsPerSecond");
        int concurrent = json.hasNonNull("maxConcurrent") ? fields.positive("maxConcurrent", 1) : 0;
        if (rate == 0 && concurrent == 0) {
            throw fields.invalid("requestsPerSecond", "this or maxConcurrent must be set");
        }
        int burst = fields.positive("burst", Math.max(1, (int) Math.ceil(rate)));
        return new RateLimitPolicy(rate, burst, concurrent, key(fields, json));
    }

    private static Key key(PolicyFields fields, JsonNode json) {
        return switch (json.path("key").asText("none").toLowerCase(Locale.ROOT)) {
            case "none", "" -> Key.NONE;
            case "user" -> Key.USER;
            case "ip" -> Key.IP;
            default -> throw fields.invalid("key", "must be none, user or ip");
        };
    }
}
