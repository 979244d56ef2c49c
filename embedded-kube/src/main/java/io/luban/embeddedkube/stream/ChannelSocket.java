package io.luban.embeddedkube.stream;

import io.luban.http.WebSocketSession;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Channels over one WebSocket. Reading is driven by the client, writing blocks while the client takes nothing. */
final class ChannelSocket {
    /** Longest time without the client taking anything. */
    static final Duration PATIENCE = Duration.ofHours(4);

    static final long BACKLOG = 512 * 1024;
    private static final int CLOSE_SIGNAL = 255;
    private static final int FRAME = 32 * 1024;
    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;

    private final WebSocketSession session;
    private final ChannelProtocol protocol;
    private final Throttle throttle;
    private final Map<Integer, InboundPipe> pipes = new ConcurrentHashMap<>();
    private final Map<Integer, Consumer<byte[]>> listeners = new ConcurrentHashMap<>();

    ChannelSocket(WebSocketSession session, ChannelProtocol protocol) {
        this.session = session;
        this.protocol = protocol;
        this.throttle = new Throttle(session);
        session.onClose(() -> pipes.values().forEach(InboundPipe::end));
    }

    /** Reads a channel as a stream; before {@link #start}. */
    InboundPipe pipe(int channel) {
        return pipes.computeIfAbsent(channel, added -> new InboundPipe(throttle));
    }

    /** Reads a channel message by message; before {@link #start}. */
    void listen(int channel, Consumer<byte[]> listener) {
        listeners.put(channel, listener);
    }

    /** Takes messages from now on. */
    void start() {
        session.onMessage(this::received);
    }

    private void received(byte[] message) {
        if (message.length == 0) {
            return;
        }
        byte[] payload;
        try {
            payload = protocol.payload(message);
        } catch (IllegalArgumentException e) {
            session.close(PROTOCOL_ERROR, "malformed base64");
            return;
        }
        int channel = protocol.channel(message);
        if (channel == CLOSE_SIGNAL && protocol.hasClose()) {
            end(payload);
            return;
        }
        var pipe = pipes.get(channel);
        if (pipe != null) {
            pipe.offer(payload);
        }
        var listener = listeners.get(channel);
        if (listener != null) {
            listener.accept(payload);
        }
    }

    private void end(byte[] payload) {
        var pipe = payload.length == 0 ? null : pipes.get(payload[0] & 0xff);
        if (pipe != null) {
            pipe.end();
        }
    }

    /** A stream to the client. */
    OutputStream output(int channel) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int at, int length) throws IOException {
                for (int sent = 0; sent < length; sent += FRAME) {
                    awaitRoom(session);
                    send(channel, bytes, at + sent, Math.min(FRAME, length - sent));
                }
            }
        };
    }

    /** Waits until the client has taken enough of what was sent; throws when it has left. */
    static void awaitRoom(WebSocketSession session) throws IOException {
        try {
            if (!session.awaitRoom(BACKLOG, PATIENCE)) {
                throw new IOException("the client has left");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the client has left");
        }
    }

    /** Sends a message at once. */
    void send(int channel, byte[] bytes) {
        send(channel, bytes, 0, bytes.length);
    }

    private void send(int channel, byte[] bytes, int at, int length) {
        var message = protocol.message(channel, bytes, at, length);
        if (protocol.isText()) {
            session.sendText(message);
        } else {
            session.sendBinary(message);
        }
    }

    boolean hasClose() {
        return protocol.hasClose();
    }

    boolean hasStatus() {
        return protocol.hasStatus();
    }

    /** Ends the connection after everything sent before. */
    void close() {
        session.close(NORMAL, "");
    }
}
