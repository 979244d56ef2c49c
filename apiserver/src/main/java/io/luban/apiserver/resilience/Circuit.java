package io.luban.apiserver.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** The circuit breaker of one backend: open after so many failures in a row, half open after a while. */
final class Circuit {
    private final CircuitBreakerPolicy policy;
    private final CircuitBreaker breaker;

    Circuit(String name, CircuitBreakerPolicy policy, Clock clock) {
        this.policy = policy;
        // a window as long as the row of failures, all of which must have failed: any success in between keeps it
        // closed
        var config = CircuitBreakerConfig.custom()
                .slidingWindow(
                        policy.consecutiveFailures(), policy.consecutiveFailures(), SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(100)
                .waitDurationInOpenState(policy.openDuration())
                .permittedNumberOfCallsInHalfOpenState(policy.halfOpenRequests())
                .currentTimestampFunction(ignored -> clock.millis(), TimeUnit.MILLISECONDS)
                .clock(clock)
                .build();
        breaker = CircuitBreaker.of(name, config);
    }

    /** How long it stays open, in whole seconds. */
    long openSeconds() {
        return policy.openDuration().toSeconds();
    }

    /** Whether a request may be sent now; one that was let through has to be recorded. */
    boolean letsThrough() {
        return breaker.tryAcquirePermission();
    }

    /** Records the status that the backend answered with. */
    void answered(int status) {
        if (policy.failures().contains(status)) {
            failed(status);
        } else {
            breaker.onSuccess(0, TimeUnit.MILLISECONDS);
        }
    }

    /** Records that no answer came, for which the client gets that status. */
    void failed(int status) {
        breaker.onError(0, TimeUnit.MILLISECONDS, new BackendFailedException(status));
    }

    /** Records that nobody knows how the backend is: the client has left before. */
    void unknown() {
        breaker.releasePermission();
    }

    /** What the library counts as an error must be an exception; nobody throws it. */
    private static final class BackendFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        BackendFailedException(int status) {
            super("status " + status, null, false, false);
        }
    }
}
