package io.luban.apiserver.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.SettableClock;
import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.model.Status;
import io.luban.model.Yaml;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What limits and circuits remember, and when they forget it. */
class LimitsAndCircuitsTest {
    private static ResiliencePolicy policy(String yaml) {
        return ResiliencePolicy.parse(Yaml.parse(yaml));
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
            circuit.answered(503);
        }
        assertThat(circuit.letsThrough()).isFalse();
        clock.pass(Duration.ofSeconds(11));
        assertThat(circuit.letsThrough()).isTrue();
        assertThat(circuit.letsThrough()).isTrue();
        assertThat(circuit.letsThrough()).as("a third, while two are trying").isFalse();
        circuit.answered(503);
        circuit.answered(503);
        assertThat(circuit.letsThrough()).as("open again").isFalse();

        clock.pass(Duration.ofSeconds(11));
        assertThat(circuit.letsThrough()).isTrue();
        circuit.answered(200);
        assertThat(circuit.letsThrough()).isTrue();
        circuit.answered(200);
        for (int i = 0; i < 5; i++) {
            assertThat(circuit.letsThrough()).as("closed").isTrue();
        }
    }

    @Test
    void a_circuit_closes_when_an_answer_begins_and_opens_before_a_failure_is_told() {
        var clock = new SettableClock();
        var circuit = new Circuit(
                "c",
                policy("circuitBreaker: {consecutiveFailures: 1, openDuration: 10s}")
                        .circuitBreaker()
                        .orElseThrow(),
                clock);
        assertThat(circuit.letsThrough()).isTrue();
        passage(circuit).failed(Status.of(502, "Bad Gateway", "refused"));
        assertThat(circuit.letsThrough()).isFalse();

        clock.pass(Duration.ofSeconds(11));
        assertThat(circuit.letsThrough()).isTrue();
        passage(circuit).over(0);
        assertThat(circuit.letsThrough())
                .as("who leaves makes room for the next one")
                .isTrue();
        var stream = passage(circuit);
        stream.inspect(200, Headers.EMPTY);
        for (int i = 0; i < 5; i++) {
            assertThat(circuit.letsThrough())
                    .as("closed, though the answer goes on")
                    .isTrue();
        }
        stream.over(200);

        passage(circuit).inspect(503, Headers.EMPTY);
        clock.pass(Duration.ofSeconds(11));
        assertThat(circuit.letsThrough()).isTrue();
        passage(circuit).upgraded();
        assertThat(circuit.letsThrough())
                .as("closed, though the tunnel is open")
                .isTrue();
        assertThat(circuit.letsThrough()).isTrue();
    }

    private static Guard.Passage passage(Circuit circuit) {
        var passage = new Guard.Passage(Optional.of(circuit));
        passage.watching(AnswerInspector.NONE);
        return passage;
    }
}
