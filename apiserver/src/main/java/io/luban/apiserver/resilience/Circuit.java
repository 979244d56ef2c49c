package io.luban.apiserver.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.luban.http.Reply.Completion;
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

    /**
     * Records how a request ended.
     *
     * @param answered whether the backend sent a status of its own
     */
    void record(Completion completion, boolean answered) {
        if (completion.status() == 0 || (answered && !completion.complete() && completion.status() < 500)) {
            // who broke off, the client or the backend, is not known; it must not count against either
            breaker.releasePermission();
        } else if (policy.failures().contains(completion.status()) || (!answered && completion.status() >= 500)) {
            breaker.onError(0, TimeUnit.MILLISECONDS, new BackendFailedException(completion.status()));
        } else {
            breaker.onSuccess(0, TimeUnit.MILLISECONDS);
        }
    }

    /** What the library counts as an error must be an exception; nobody throws it. */
    private static final class BackendFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        BackendFailedException(int status) {
            super("status " + status, null, false, false);
        }
    }
}
