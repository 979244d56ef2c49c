package io.luban.http;

import java.time.Duration;
import java.util.function.Consumer;

/** The server's end of a WebSocket. Safe for use from any thread; frames keep call order. */
public interface WebSocketSession {
    /** Sends a text frame of UTF-8 bytes; never blocks. */
    void sendText(byte[] utf8);

    /** Sends a binary frame; never blocks. */
    void sendBinary(byte[] bytes);

    /** Bytes queued that the client has not taken yet. */
    long pendingBytes();

    /**
     * Blocks until at most {@code limitBytes} are queued; false when the session is over or the client took too little
     * until the deadline.
     */
    boolean awaitRoom(long limitBytes, Duration deadline) throws InterruptedException;

    /** Reads no more from the client; messages that have arrived already may still be delivered. */
    void pause();

    /** Reads on. */
    void resume();

    /** Receives every complete message (text as UTF-8). */
    void onMessage(Consumer<byte[]> callback);

    /** Sends a close frame (RFC 6455 §7.4) and ends the session. */
    void close(int code, String reason);

    /** Calls back once when the session is over. */
    void onClose(Runnable callback);
}
