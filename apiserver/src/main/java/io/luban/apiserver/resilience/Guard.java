package io.luban.apiserver.resilience;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.SourceAddresses;
import io.luban.model.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Stands before one backend: refuses what it cannot take, and learns from how its requests end. Never blocks.
 *
 * @param name kind and name of the object, for messages
 */
record Guard(
        String name,
        Optional<HealthProbe> probe,
        Optional<Circuit> circuit,
        Optional<RateLimiter> limiter,
        RateLimitPolicy.Key key,
        SourceAddresses sources)
        implements AutoCloseable {
    /** One request on its way to the backend. */
    static final class Passage {
        private final AtomicBoolean answered = new AtomicBoolean();

        /** The inspector, noting that the backend has sent an answer. */
        AnswerInspector watching(AnswerInspector inspector) {
            return (status, headers) -> {
                answered.set(true);
                return inspector.inspect(status, headers);
            };
        }
    }

    boolean isHealthy() {
        return probe.isEmpty() || probe.get().isHealthy();
    }

    /** The reply of {@code forward}, or a refusal. */
    Reply pass(Exchange exchange, Function<Passage, Reply> forward) {
        if (probe.isPresent() && !probe.get().isHealthy()) {
            return refusal(
                    503,
                    "%s is not healthy".formatted(name),
                    probe.get().interval().toSeconds());
        }
        Runnable release = () -> {};
        if (limiter.isPresent()) {
            switch (limiter.get().acquire(key(exchange), System.nanoTime())) {
                case RateLimiter.Permit.Refused refused -> {
                    return refusal(429, "%s: %s".formatted(name, refused.reason()), refused.retryAfterSeconds());
                }
                case RateLimiter.Permit.Granted granted -> release = granted.release();
            }
        }
        if (circuit.isPresent() && !circuit.get().letsThrough()) {
            release.run();
            return refusal(
                    503,
                    "%s failed too often and is left alone for a while".formatted(name),
                    circuit.get().openSeconds());
        }
        var passage = new Passage();
        var whenOver = release;
        return new Reply.Observed(forward.apply(passage), completion -> {
            whenOver.run();
            circuit.ifPresent(breaker -> breaker.record(completion, passage.answered.get()));
        });
    }

    /** An answer that the backend has no part in, or a refusal where there are too many requests. */
    Reply limited(Exchange exchange, Reply answer) {
        return limiter.isEmpty()
                ? answer
                : switch (limiter.get().acquire(key(exchange), System.nanoTime())) {
                    case RateLimiter.Permit.Refused refused ->
                        refusal(429, "%s: %s".formatted(name, refused.reason()), refused.retryAfterSeconds());
                    case RateLimiter.Permit.Granted granted ->
                        new Reply.Observed(
                                answer, completion -> granted.release().run());
                };
    }

    private String key(Exchange exchange) {
        return switch (key) {
            case NONE -> "";
            case USER -> exchange.user().name();
            case IP -> sources.of(exchange.request());
        };
    }

    private static Reply refusal(int code, String message, long retryAfterSeconds) {
        var reason = code == 429 ? "TooManyRequests" : "ServiceUnavailable";
        var seconds = Long.toString(Math.max(1, retryAfterSeconds));
        var reply = ErrorResponses.wrapped(Status.of(code, reason, message));
        return new Reply.Edited(reply, (Headers headers) -> headers.with("Retry-After", seconds));
    }

    @Override
    public void close() {
        probe.ifPresent(HealthProbe::close);
    }
}
