package io.luban.apiserver.resilience;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.GoDuration;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.Optional;

/**
 * What the endpoint of an object asks for beyond its address.
 *
 * @param timeout limit for the head of an answer, zero for none
 */
public record ResiliencePolicy(
        Duration timeout,
        Optional<HealthCheckPolicy> healthCheck,
        Optional<CircuitBreakerPolicy> circuitBreaker,
        Optional<RateLimitPolicy> rateLimit) {
    /** No protection. */
    public static final ResiliencePolicy NONE =
            new ResiliencePolicy(Duration.ZERO, Optional.empty(), Optional.empty(), Optional.empty());

    /** Reads the fields beside {@code url} or {@code service}; throws {@link ParseException} naming field and rule. */
    public static ResiliencePolicy parse(JsonNode endpoint) {
        return new ResiliencePolicy(
                timeout(endpoint.path("timeout").asText("")),
                present(endpoint, "healthCheck").map(HealthCheckPolicy::parse),
                present(endpoint, "circuitBreaker").map(CircuitBreakerPolicy::parse),
                present(endpoint, "rateLimit").map(RateLimitPolicy::parse));
    }

    private static Optional<JsonNode> present(JsonNode endpoint, String field) {
        return Optional.of(endpoint.path(field)).filter(JsonNode::isObject);
    }

    private static Duration timeout(String text) {
        try {
            return text.isEmpty() ? Duration.ZERO : GoDuration.parse(text);
        } catch (ParseException e) {
            throw new ParseException("timeout: " + e.getMessage());
        }
    }

    /** Whether requests can be sent without asking anybody. */
    boolean isUnguarded() {
        return healthCheck.isEmpty() && circuitBreaker.isEmpty() && rateLimit.isEmpty();
    }
}
