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
import java.util.function.Consumer;
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
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_SERVER_ERROR = 500;

    /**
     * One request on its way to the backend. The circuit hears of it before the client does, and not when the answer is over:
     * a stream that goes on for hours must not keep others out.
     */
    static final class Passage implements AnswerInspector {
        private final Optional<Circuit> circuit;
        private final AtomicBoolean recorded = new AtomicBoolean();
        private AnswerInspector inner = AnswerInspector.NONE;

        Passage(Optional<Circuit> circuit) {
            this.circuit = circuit;
        }

        /** The inspector, listening in. */
        AnswerInspector watching(AnswerInspector inspector) {
            inner = inspector;
            return this;
        }

        @Override
        public Verdict inspect(int status, Headers headers) {
            record(breaker -> breaker.answered(status));
            return inner.inspect(status, headers);
        }

        @Override
        public void upgraded() {
            record(breaker -> breaker.answered(SWITCHING_PROTOCOLS));
            inner.upgraded();
        }

        @Override
        public Reply.Content failed(Status status) {
            record(breaker -> breaker.failed(status.code()));
            return inner.failed(status);
        }

        /** Nothing came from the backend or of the way to it. */
        void over(int status) {
            record(breaker -> {
                if (status >= FIRST_SERVER_ERROR) {
                    breaker.failed(status);
                } else {
                    breaker.unknown();
                }
            });
        }

        private void record(Consumer<Circuit> outcome) {
            if (circuit.isPresent() && !recorded.getAndSet(true)) {
                outcome.accept(circuit.get());
            }
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
        var passage = new Passage(circuit);
        var whenOver = release;
        return new Reply.Observed(forward.apply(passage), completion -> {
            whenOver.run();
            passage.over(completion.status());
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
