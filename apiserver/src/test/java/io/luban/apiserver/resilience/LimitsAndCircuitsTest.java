package io.luban.apiserver.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.SettableClock;
import io.luban.http.Reply.Completion;
import io.luban.model.Yaml;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What limits and circuits remember, and when they forget it. */
class LimitsAndCircuitsTest {
    private static ResiliencePolicy policy(String yaml) {
        return ResiliencePolicy.parse(Yaml.parse(yaml));
    }

    private static Completion ended(int status) {
        return new Completion(status, 0, true, 0);
    }

    @Test
    void no_more_than_ten_thousand_keys_are_remembered() {
        var limiter = new RateLimiter(policy("rateLimit: {requestsPerSecond: 0.001, burst: 1, key: ip}")
                .rateLimit()
                .orElseThrow());
        assertThat(limiter.acquire("first", 0)).isInstanceOf(RateLimiter.Permit.Granted.class);
        assertThat(limiter.acquire("first", 0)).isInstanceOf(RateLimiter.Permit.Refused.class);
        for (int i = 0; i < 50_000; i++) {
            limiter.acquire("key" + i, 0);
        }
        assertThat(limiter.keys()).isLessThanOrEqualTo(10_000);
        assertThat(limiter.acquire("key49999", 0)).isInstanceOf(RateLimiter.Permit.Refused.class);
    }

    @Test
    void a_circuit_lets_as_many_try_as_it_should_and_closes_or_opens_by_what_comes_of_them() {
        var clock = new SettableClock();
        var circuit = new Circuit(
                "c",
                policy("circuitBreaker: {consecutiveFailures: 2, openDuration: 10s, halfOpenRequests: 2}")
                        .circuitBreaker()
                        .orElseThrow(),
                clock);
        for (int i = 0; i < 2; i++) {
            assertThat(circuit.letsThrough()).isTrue();
            circuit.record(ended(503), true);
        }
        assertThat(circuit.letsThrough()).isFalse();
        clock.pass(Duration.ofSeconds(11));
        assertThat(circuit.letsThrough()).isTrue();
        assertThat(circuit.letsThrough()).isTrue();
        assertThat(circuit.letsThrough()).as("a third, while two are trying").isFalse();
        circuit.record(ended(503), true);
        circuit.record(ended(503), true);
        assertThat(circuit.letsThrough()).as("open again").isFalse();

        clock.pass(Duration.ofSeconds(11));
        assertThat(circuit.letsThrough()).isTrue();
        circuit.record(ended(200), true);
        assertThat(circuit.letsThrough()).isTrue();
        circuit.record(ended(200), true);
        for (int i = 0; i < 5; i++) {
            assertThat(circuit.letsThrough()).as("closed").isTrue();
        }
    }
}
