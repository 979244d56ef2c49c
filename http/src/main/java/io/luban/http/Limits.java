package io.luban.http;

import java.time.Duration;

/**
 * Bounds of what a client may do to a server.
 *
 * @param maxRequestLineBytes longest request line (414)
 * @param maxHeaderBytes largest header block (431)
 * @param headerTimeout time to deliver the first request of a connection
 * @param keepAliveIdle time a connection may stay without a request
 * @param bodyIdle longest pause within a request body that a handler reads (408)
 * @param drainTimeout how long a closing server waits for requests in flight
 * @param writeTimeout how long a client may take to read a large answer (the connection is cut)
 * @param maxMessageBytes largest WebSocket message from a client (close code 1009)
 */
public record Limits(
        int maxRequestLineBytes,
        int maxHeaderBytes,
        Duration headerTimeout,
        Duration keepAliveIdle,
        Duration bodyIdle,
        Duration drainTimeout,
        Duration writeTimeout,
        int maxMessageBytes) {
    /** What suits an API server. */
    public static final Limits DEFAULTS = new Limits(
            64 * 1024,
            1024 * 1024,
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            1024 * 1024);

    /** The same with another drain timeout. */
    public Limits withDrainTimeout(Duration timeout) {
        return new Limits(
                maxRequestLineBytes,
                maxHeaderBytes,
                headerTimeout,
                keepAliveIdle,
                bodyIdle,
                timeout,
                writeTimeout,
                maxMessageBytes);
    }

    /** The same with another time to read a large answer. */
    public Limits withWriteTimeout(Duration timeout) {
        return new Limits(
                maxRequestLineBytes,
                maxHeaderBytes,
                headerTimeout,
                keepAliveIdle,
                bodyIdle,
                drainTimeout,
                timeout,
                maxMessageBytes);
    }
}
