package io.luban.http;

import io.luban.model.ApiException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A WebSocket over the raw connection of a client. Frames are queued by any thread and written by the event loop. */
final class SocketSession implements WebSocketSession, FrameReader.Sink {
    private static final int GOING_AWAY = 1001;
    private static final long CLOSE_MILLIS = 5000;

    private final Exchange exchange;
    private final NetSocket socket;
    private final FrameReader reader;
    private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final Backlog pending = new Backlog();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Runnable> closeCallbacks = new ArrayList<>();
    private final Runnable endWithServer = this::goAway;
    private volatile Consumer<byte[]> receiver = message -> {};
    private volatile boolean closing;
    private boolean over;
    private long bytesSent;

    private SocketSession(Exchange exchange, NetSocket socket) {
        this.exchange = exchange;
        this.socket = socket;
        reader = new FrameReader(this, exchange.listener().limits().maxMessageBytes());
        socket.handler(reader::feed);
        socket.exceptionHandler(ignored -> socket.close());
        socket.closeHandler(ignored -> ended());
        exchange.listener().keep(endWithServer);
    }

    /** Shakes hands and hands the session to the reply's handler; refuses who has asked for something else. */
    static void answer(Exchange exchange, Reply.WebSocket reply) {
        if (exchange.isOver()) {
            return;
        }
        var key = Handshake.key(exchange);
        if (key.isEmpty()) {
            var refusal = ApiException.badRequest("a WebSocket request (RFC 6455, version 13) is expected here");
            exchange.send((Reply.Content) Reply.of(refusal.status()));
            return;
        }
        var head = Handshake.accept(key, reply.headers().requireSendable());
        exchange.upgrade().onSuccess(socket -> {
            socket.write(exchange.upgradeHead(head));
            var session = new SocketSession(exchange, socket);
            reply.handler().open(session);
            session.reader.feed(exchange.early());
        });
    }

    @Override
    public void sendText(byte[] utf8) {
        send(FrameReader.TEXT, utf8);
    }

    @Override
    public void sendBinary(byte[] bytes) {
        send(FrameReader.BINARY, bytes);
    }

    @Override
    public long pendingBytes() {
        return pending.bytes();
    }

    @Override
    public boolean awaitRoom(long limitBytes, Duration deadline) throws InterruptedException {
        return pending.await(limitBytes, deadline);
    }

    @Override
    public void pause() {
        exchange.listener().loop().execute(socket::pause);
    }

    @Override
    public void resume() {
        exchange.listener().loop().execute(socket::resume);
    }

    @Override
    public void onMessage(Consumer<byte[]> callback) {
        receiver = callback;
    }

    @Override
    public void close(int code, String reason) {
        if (closing) {
            return;
        }
        closing = true;
        var text = reason.getBytes(StandardCharsets.UTF_8);
        var payload = Arrays.copyOf(new byte[] {(byte) (code >> 8), (byte) code}, 2 + Math.min(text.length, 123));
        System.arraycopy(text, 0, payload, 2, payload.length - 2);
        enqueue(frame(FrameReader.CLOSE, payload));
        exchange.listener().loop().execute(() -> {
            // A client that does not answer the close frame is cut off.
            exchange.listener().loop().vertx().setTimer(CLOSE_MILLIS, ignored -> socket.close());
        });
    }

    @Override
    public void onClose(Runnable callback) {
        boolean now;
        synchronized (closeCallbacks) {
            now = over;
            if (!now) {
                closeCallbacks.add(callback);
            }
        }
        if (now) {
            callback.run();
        }
    }

    @Override
    public void message(byte[] payload) {
        receiver.accept(payload);
    }

    @Override
    public void control(int opcode, byte[] payload) {
        if (opcode == FrameReader.PING) {
            enqueue(frame(FrameReader.PONG, payload));
        } else if (opcode == FrameReader.CLOSE) {
            if (!closing) {
                closing = true;
                enqueue(frame(FrameReader.CLOSE, Arrays.copyOf(payload, Math.min(payload.length, 2))));
            }
            flush();
            socket.end();
        }
    }

    @Override
    public void violation(int closeCode, String reason) {
        close(closeCode, reason);
    }

    private void goAway() {
        close(GOING_AWAY, "the server is stopping");
        // The server closes its sockets next: what has to be said is written before.
        flush();
    }

    private void send(int opcode, byte[] payload) {
        if (!closing) {
            enqueue(frame(opcode, payload));
        }
    }

    private void enqueue(byte[] frame) {
        pending.add(frame.length);
        queue.add(frame);
        if (scheduled.compareAndSet(false, true)) {
            exchange.listener().loop().execute(() -> {
                scheduled.set(false);
                flush();
            });
        }
    }

    private void flush() {
        var gathered = Buffer.buffer();
        for (var frame = queue.poll(); frame != null; frame = queue.poll()) {
            gathered.appendBytes(frame);
        }
        int length = gathered.length();
        if (length > 0 && !over) {
            bytesSent += length;
            socket.write(gathered).onComplete(ignored -> pending.remove(length));
        }
    }

    private void ended() {
        exchange.listener().forget(endWithServer);
        closing = true;
        pending.end();
        List<Runnable> callbacks;
        synchronized (closeCallbacks) {
            over = true;
            callbacks = List.copyOf(closeCallbacks);
        }
        callbacks.forEach(Runnable::run);
        exchange.finishUpgraded(bytesSent);
    }

    /** An unmasked, unfragmented frame. */
    static byte[] frame(int opcode, byte[] payload) {
        int length = payload.length;
        int header = length < 126 ? 2 : length < 0x10000 ? 4 : 10;
        var frame = new byte[header + length];
        frame[0] = (byte) (0x80 | opcode);
        if (header == 2) {
            frame[1] = (byte) length;
        } else {
            int lengthBytes = header - 2;
            frame[1] = (byte) (lengthBytes == 2 ? 126 : 127);
            for (int i = 0; i < lengthBytes; i++) {
                frame[header - 1 - i] = (byte) ((long) length >> (8 * i));
            }
        }
        System.arraycopy(payload, 0, frame, header, length);
        return frame;
    }
}
