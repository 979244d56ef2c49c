package io.luban.http;

import io.luban.model.Json;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What shall happen with a request, decided as a value and carried out by the server. */
public sealed interface Reply {
    /** A complete answer held in memory. {@code Content-Length} is added by the server; HEAD sends no body. */
    record Content(int status, Headers headers, byte[] body) implements Reply {}

    /** An answer that is produced over time without holding a thread; headers go out at once. */
    record Stream(int status, Headers headers, StreamSource source) implements Reply {}

    /** Accepts a WebSocket (RFC 6455) and speaks through the session; refused with 400 when not asked for. */
    record WebSocket(Headers headers, WebSocketHandler handler) implements Reply {}

    /** Streams the request to an upstream and its answer back; an upgrade becomes a tunnel. */
    record Forward(ForwardTarget target) implements Reply {}

    /** Carries out {@code reply} with response headers (also of errors made on the way) passed through {@code edit}. */
    record Edited(Reply reply, UnaryOperator<Headers> edit) implements Reply {}

    /** Carries out {@code reply} and calls back once when the exchange is over, however it ended. */
    record Observed(Reply reply, Consumer<Completion> observer) implements Reply {}

    /**
     * How an exchange ended.
     *
     * @param status status sent, 101 for upgrades, 0 when the client left before any was sent
     * @param bytesSent body bytes towards the client
     * @param complete false when either side broke off
     * @param nanos time since the request's head was read
     */
    record Completion(int status, long bytesSent, boolean complete, long nanos) {}

    /** JSON from bytes that are already encoded. */
    static Reply json(int status, byte[] body) {
        return new Content(status, Headers.of("Content-Type", "application/json"), body);
    }

    /** Plain text in UTF-8. */
    static Reply text(int status, String text) {
        var headers = Headers.of("Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff");
        return new Content(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A Kubernetes Status as JSON, with {@code Retry-After} where the status advises it. */
    static Reply of(Status status) {
        var headers = Headers.of("Content-Type", "application/json");
        if (status.details().retryAfterSeconds() > 0) {
            headers = headers.with(
                    "Retry-After", Integer.toString(status.details().retryAfterSeconds()));
        }
        return new Content(status.code(), headers, Json.bytes(status.toJson()));
    }

    /**
     * A Status of a proxy that stands at the top level and again under {@code ErrStatus}, where clients written against
     * older gateways look for it.
     */
    static Reply repeated(Status status) {
        var json = status.toJson();
        json.set("ErrStatus", status.toJson());
        return new Content(status.code(), Headers.of("Content-Type", "application/json"), Json.bytes(json));
    }

    /** A redirect to {@code location}. */
    static Reply redirect(int status, String location) {
        return new Content(status, Headers.of("Location", location), new byte[0]);
    }
}
