package io.luban.apiserver.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * When a backend counts as healthy: it answers a GET with one of the statuses in time.
 *
 * @param url path below the endpoint or absolute URL
 * @param interval time between probes
 * @param timeout limit for an answer, at most the interval
 * @param unhealthyThreshold failures in a row that make it unhealthy
 * @param healthyThreshold successes in a row that make it healthy again
 */
record HealthCheckPolicy(
        String url,
        Duration interval,
        Duration timeout,
        StatusRanges statuses,
        int unhealthyThreshold,
        int healthyThreshold) {
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(100);

    static HealthCheckPolicy parse(JsonNode json) {
        var fields = new PolicyFields("healthCheck", json);
        var interval = fields.duration("interval", INTERVAL);
        if (interval.compareTo(SHORTEST) < 0) {
            throw fields.invalid("interval", "must be at least 100ms");
        }
        var timeout = fields.duration("timeout", TIMEOUT);
        var status = json.path("status");
        return new HealthCheckPolicy(
                json.path("url").asText("/"),
                interval,
                timeout.compareTo(interval) > 0 || timeout.isZero() ? interval : timeout,
                status.isMissingNode() || status.isNull() ? StatusRanges.of(200) : fields.statuses("status"),
                fields.positive("unhealthyThreshold", 3),
                fields.positive("healthyThreshold", 1));
    }
}
