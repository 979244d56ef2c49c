package io.luban.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A streamed response body. Writers on any thread put bytes into a queue; a flush on the event loop takes all that has
 * gathered and writes it at once, so that a burst of events costs one flush and the call order is kept.
 */
final class ResponseStream implements StreamSink {
    private final Exchange exchange;
    private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final Backlog pending = new Backlog();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Runnable> closeCallbacks = new ArrayList<>();
    private final Runnable endWithServer = this::end;
    private volatile boolean ending;
    private volatile boolean aborting;
    private boolean closed;

    private ResponseStream(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Sends the head and lets the body follow. */
    static void answer(Exchange exchange, Reply.Stream stream) {
        if (exchange.isOver()) {
            return;
        }
        exchange.settleBody();
        exchange.head(stream.status(), stream.headers().requireSendable());
        var wire = exchange.wire();
        if (wire.method().equals(HttpMethod.HEAD)) {
            exchange.end(null);
            return;
        }
        if (!exchange.body().isAnnounced() && wire.version() != HttpVersion.HTTP_2) {
            // a watch may live for hours, with a token here that its other requests share elsewhere
            wire.headers().clear();
        }
        new ResponseStream(exchange).start(stream.source());
    }

    private void start(StreamSource source) {
        exchange.whenOver(this::close);
        var response = exchange.response();
        if (exchange.wire().version() == HttpVersion.HTTP_1_0) {
            // Chunks are unknown to HTTP/1.0: the body ends with the connection.
            exchange.closeAfterwards();
            response.putHeader("Connection", "close").write(Buffer.buffer());
        } else {
            response.writeHead();
        }
        exchange.listener().keep(endWithServer);
        source.start(this);
    }

    @Override
    public void write(byte[] bytes) {
        if (ending || aborting || bytes.length == 0) {
            return;
        }
        pending.add(bytes.length);
        queue.add(bytes);
        schedule();
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
    public void end() {
        ending = true;
        schedule();
    }

    @Override
    public void abort() {
        aborting = true;
        schedule();
    }

    @Override
    public void onClose(Runnable callback) {
        boolean now;
        synchronized (closeCallbacks) {
            now = closed;
            if (!now) {
                closeCallbacks.add(callback);
            }
        }
        if (now) {
            callback.run();
        }
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            exchange.listener().loop().flushRounds().add(this::drain);
        }
    }

    private void drain() {
        scheduled.set(false);
        boolean last = ending;
        if (exchange.isOver()) {
            queue.clear();
            return;
        }
        if (aborting) {
            exchange.reset();
            return;
        }
        flush();
        if (last) {
            exchange.end(null);
        }
    }

    private void flush() {
        var first = queue.poll();
        if (first == null) {
            return;
        }
        var second = queue.poll();
        var buffer = second == null
                ? BufferInternal.buffer(Unpooled.wrappedBuffer(first))
                : Buffer.buffer(first.length + second.length).appendBytes(first).appendBytes(second);
        for (var more = second == null ? null : queue.poll(); more != null; more = queue.poll()) {
            buffer.appendBytes(more);
        }
        int length = buffer.length();
        exchange.response().write(buffer).onComplete(ignored -> pending.remove(length));
    }

    private void close() {
        exchange.listener().forget(endWithServer);
        pending.end();
        List<Runnable> callbacks;
        synchronized (closeCallbacks) {
            closed = true;
            callbacks = List.copyOf(closeCallbacks);
        }
        callbacks.forEach(Runnable::run);
    }
}
