package io.luban.apiserver.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * When a backend is left alone after failures.
 *
 * @param consecutiveFailures failures in a row that open the circuit
 * @param openDuration how long nothing is sent then
 * @param halfOpenRequests requests let through afterwards to see whether it has recovered
 * @param failures statuses that count as failures, as broken and refused connections always do
 */
record CircuitBreakerPolicy(
        int consecutiveFailures, Duration openDuration, int halfOpenRequests, StatusRanges failures) {
    static CircuitBreakerPolicy parse(JsonNode json) {
        var fields = new PolicyFields("circuitBreaker", json);
        var open = fields.duration("openDuration", Duration.ofSeconds(30));
        if (open.isZero()) {
            throw fields.invalid("openDuration", "must be longer than 0");
        }
        return new CircuitBreakerPolicy(
                fields.positive("consecutiveFailures", 5),
                open,
                fields.positive("halfOpenRequests", 1),
                json.hasNonNull("statusCodes") ? fields.statuses("statusCodes") : StatusRanges.of(502, 503, 504));
    }
}
