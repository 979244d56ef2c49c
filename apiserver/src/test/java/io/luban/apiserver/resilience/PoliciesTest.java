package io.luban.apiserver.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
    @Test
    void reads_what_an_endpoint_asks_for_and_fills_in_the_rest() {
        var policy = policy("""
                url: http://x
                timeout: 1m30s
                healthCheck: {url: healthz, interval: 2s, timeout: 10s, status: [204, "300-302"]}
                circuitBreaker: {}
                rateLimit: {requestsPerSecond: 2.5}
                """);

        assertThat(policy.timeout()).isEqualTo(Duration.ofSeconds(90));
        var check = policy.healthCheck().orElseThrow();
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(check.unhealthyThreshold()).isEqualTo(3);
        assertThat(check.statuses().contains(301)).isTrue();
        assertThat(check.statuses().contains(200)).isFalse();
        var breaker = policy.circuitBreaker().orElseThrow();
        assertThat(breaker.consecutiveFailures()).isEqualTo(5);
        assertThat(breaker.failures().contains(503)).isTrue();
        var limit = policy.rateLimit().orElseThrow();
        assertThat(limit.burst()).isEqualTo(3);
        assertThat(limit.key()).isEqualTo(RateLimitPolicy.Key.NONE);
        assertThat(policy("url: http://x").isUnguarded()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    timeout: soon | timeout
                    healthCheck: {interval: 1ms} | healthCheck.interval
                    healthCheck: {status: 99} | healthCheck.status
                    healthCheck: {status: ok} | healthCheck.status
                    healthCheck: {unhealthyThreshold: 0} | healthCheck.unhealthyThreshold
                    circuitBreaker: {openDuration: 0} | circuitBreaker.openDuration
                    circuitBreaker: {consecutiveFailures: many} | circuitBreaker.consecutiveFailures
                    rateLimit: {} | rateLimit.requestsPerSecond
                    rateLimit: {requestsPerSecond: -1} | rateLimit.requestsPerSecond
                    rateLimit: {maxConcurrent: 3, key: planet} | rateLimit.key
                    """)
    void names_policy_and_field_of_what_makes_no_sense(String yaml, String field) {
        assertThatThrownBy(() -> policy(yaml))
                .isInstanceOf(ParseException.class)
                .hasMessageStartingWith(field + ": ");
    }

    @Test
    void a_bucket_lets_a_burst_through_and_then_the_rate() {
        var bucket = new TokenBucket(10, 3);
        long now = 5_000_000_000L;

        assertThat(bucket.take(now)).isZero();
        assertThat(bucket.take(now)).isZero();
        assertThat(bucket.take(now)).isZero();
        long wait = bucket.take(now);
        assertThat(wait).isEqualTo(Duration.ofMillis(100).toNanos());
        assertThat(bucket.take(now + wait)).isZero();
        assertThat(bucket.take(now + wait)).isPositive();
        assertThat(bucket.take(now + Duration.ofMinutes(1).toNanos())).isZero();
    }

    @Test
    void a_bucket_works_on_clocks_that_count_from_anywhere() {
        var bucket = new TokenBucket(1, 1);

        assertThat(bucket.take(-7_000_000_000L)).isZero();
        assertThat(bucket.take(-7_000_000_000L)).isPositive();
        assertThat(bucket.take(-6_000_000_000L)).isZero();
    }

    private static ResiliencePolicy policy(String yaml) {
        return ResiliencePolicy.parse(Yaml.parse(yaml));
    }
}
