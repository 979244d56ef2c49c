package io.luban.http;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where and as what a request goes upstream.
 *
 * @param upstream the server
 * @param method method sent upstream
 * @param rawTarget percent-encoded path with query, sent byte for byte
 * @param headers end-to-end request fields; the forwarder drops hop-by-hop fields (RFC 9110 §7.6.1), sets Host unless
 *     present in {@code headers}, and appends the peer to X-Forwarded-For
 * @param headersTimeout limit for the response head, {@link Duration#ZERO} for none
 * @param inspector decides what becomes of the answer
 * @param body sent in place of what the client sends; empty for the client's own
 * @param tunnelEdit makes what the bytes towards the client pass through once both sides have left HTTP
 */
public record ForwardTarget(
        Upstream upstream,
        String method,
        String rawTarget,
        Headers headers,
        Duration headersTimeout,
        AnswerInspector inspector,
        Optional<byte[]> body,
        Optional<Supplier<BodyEdit>> tunnelEdit) {
    /** A target that gets the client's own body. */
    public ForwardTarget(
            Upstream upstream,
            String method,
            String rawTarget,
            Headers headers,
            Duration headersTimeout,
            AnswerInspector inspector) {
        this(upstream, method, rawTarget, headers, headersTimeout, inspector, Optional.empty(), Optional.empty());
    }

    /** A target whose answer goes to the client as it is. */
    public ForwardTarget(Upstream upstream, String method, String rawTarget, Headers headers, Duration headersTimeout) {
        this(upstream, method, rawTarget, headers, headersTimeout, AnswerInspector.NONE);
    }

    /** The same with another eye on the answer. */
    public ForwardTarget with(AnswerInspector changed) {
        return new ForwardTarget(upstream, method, rawTarget, headers, headersTimeout, changed, body, tunnelEdit);
    }

    /** The same with other header fields. */
    public ForwardTarget with(Headers changed) {
        return new ForwardTarget(upstream, method, rawTarget, changed, headersTimeout, inspector, body, tunnelEdit);
    }

    /** The same with the body that an earlier stage made of the request's own, if one did. */
    public ForwardTarget carrying(Request request) {
        var made = request.madeBody();
        return made.isEmpty()
                ? this
                : new ForwardTarget(upstream, method, rawTarget, headers, headersTimeout, inspector, made, tunnelEdit);
    }

    /** The same with what comes out of a tunnel changed on its way to the client. */
    public ForwardTarget editingTunnel(Supplier<BodyEdit> edit) {
        return new ForwardTarget(
                upstream, method, rawTarget, headers, headersTimeout, inspector, body, Optional.of(edit));
    }
}
