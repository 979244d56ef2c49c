package io.luban.http;

import io.luban.model.ApiException;
import io.luban.model.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who answers a request: the fast path on the event loop, else the handler on a virtual thread; what fails is answered too. */
final class Decision {
    private static final Logger log = LoggerFactory.getLogger(Decision.class);

    private Decision() {}

    /** Reads the head, and carries out what is decided, now or later. */
    static void begin(Exchange exchange) {
        var listener = exchange.listener();
        var wire = exchange.wire();
        var origin = new WireOrigin(listener, exchange.connection(), wire, exchange.body());
        // CONNECT of HTTP/2 has none
        var target = wire.uri() == null ? "" : RequestTarget.originForm(wire.uri());
        var head = origin.head();
        var problem = target.isEmpty() ? "malformed request target" : head.problem();
        if (head.closes() || !problem.isEmpty()) {
            exchange.closeAfterwards();
        }
        if (!problem.isEmpty()) {
            exchange.carryOut(Reply.of(ApiException.badRequest(problem).status()));
            return;
        }
        var request = RequestValue.of(origin, wire.method().name(), target);
        var quick = attempt(exchange, request);
        if (quick != null) {
            exchange.carryOut(quick);
            return;
        }
        wire.pause();
        var loop = listener.loop();
        loop.runtime().handlers().execute(() -> {
            var reply = handle(exchange, request);
            loop.execute(() -> exchange.carryOut(reply));
        });
    }

    private static @Nullable Reply attempt(Exchange exchange, Request request) {
        try {
            return exchange.listener().fastPath().attempt(request).orElse(null);
        } catch (RuntimeException e) {
            return answer(exchange, e);
        }
    }

    private static Reply handle(Exchange exchange, Request request) {
        try {
            // a handler that breaks its promise must not leave its client waiting
            var reply = exchange.listener().handler().handle(request);
            return reply == null ? failure(exchange, new IllegalStateException("no reply")) : reply;
        } catch (RuntimeException e) {
            return answer(exchange, e);
        }
    }

    private static Reply answer(Exchange exchange, RuntimeException cause) {
        return cause instanceof ApiException known ? Reply.of(known.status()) : failure(exchange, cause);
    }

    /** What the client hears of an unexpected failure, which is in the log under the same id. */
    static Reply failure(Exchange exchange, RuntimeException cause) {
        var id = exchange.listener().loop().runtime().nextErrorId();
        log.atError()
                .setCause(cause)
                .addKeyValue("errorId", id)
                .addKeyValue("verb", exchange.wire().method().name())
                .addKeyValue("path", exchange.wire().path())
                .log("request failed");
        return Reply.of(Status.of(500, "InternalError", "Internal error occurred: error id " + id));
    }
}
