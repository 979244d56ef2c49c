package io.luban.http;

/** Takes over an accepted WebSocket; called on an event loop, must not block. */
@FunctionalInterface
public interface WebSocketHandler {
    /** Sets callbacks on the session and begins to send. */
    void open(WebSocketSession session);
}
