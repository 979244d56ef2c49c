package io.luban.http;

import java.time.Duration;

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
 */
public record ForwardTarget(
        Upstream upstream,
        String method,
        String rawTarget,
        Headers headers,
        Duration headersTimeout,
        AnswerInspector inspector) {
    /** A target whose answer goes to the client as it is. */
    public ForwardTarget(Upstream upstream, String method, String rawTarget, Headers headers, Duration headersTimeout) {
        this(upstream, method, rawTarget, headers, headersTimeout, AnswerInspector.NONE);
    }
}
