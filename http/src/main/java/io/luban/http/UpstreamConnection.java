package io.luban.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/** One connection to an upstream, used by one request at a time. Lives on the event loop that opened it. */
final class UpstreamConnection implements ResponseParser.Sink {
    /** The request that uses the connection. */
    interface User extends ResponseParser.Sink {
        /** The connection broke or the upstream talks nonsense; nothing else is reported afterwards. */
        void failed(Throwable cause);
    }

    private final UpstreamPool pool;
    private final NetSocket socket;
    private final ResponseParser parser = new ResponseParser(this);
    private @Nullable User user;
    private @Nullable Throwable failure;
    private long idleSince;
    private boolean reusable;
    private boolean requestSent;
    private boolean responded;
    private boolean closed;
    private boolean used;

    UpstreamConnection(UpstreamPool pool, NetSocket socket) {
        this.pool = pool;
        this.socket = socket;
        socket.handler(this::received);
        socket.exceptionHandler(cause -> failure = cause);
        // not the close handler, which runs before what was received while paused
        socket.endHandler(ignored -> ended());
    }

    /** Whether an earlier request was served over it, so that the upstream may have closed it meanwhile. */
    boolean wasUsed() {
        return used;
    }

    boolean isClosed() {
        return closed;
    }

    long idleSince() {
        return idleSince;
    }

    /** Sends the first bytes of a request; {@code complete} when nothing follows. */
    void send(User newUser, Buffer bytes, boolean toHead, boolean complete) {
        user = newUser;
        reusable = false;
        responded = false;
        requestSent = complete;
        parser.begin(toHead);
        socket.write(bytes);
    }

    void write(Buffer bytes) {
        socket.write(bytes);
    }

    /** No more bytes of the request follow. */
    void requestComplete() {
        requestSent = true;
    }

    boolean isFull() {
        return socket.writeQueueFull();
    }

    void onDrain(Handler<Void> handler) {
        socket.drainHandler(handler);
    }

    void pause() {
        socket.pause();
    }

    void resume() {
        socket.resume();
    }

    /** Breaks off; the user hears nothing more. */
    void abandon() {
        user = null;
        close();
    }

    void close() {
        if (!closed) {
            closed = true;
            pool.closed(this);
            socket.close();
        }
    }

    /** Sends what is queued, then closes; the user hears nothing more. */
    void abandonAfterFlush() {
        user = null;
        socket.end();
    }

    @Override
    public void informational(int status, Headers headers) {
        var current = user;
        if (current != null) {
            current.informational(status, headers);
        }
    }

    @Override
    public void head(ResponseHead head) {
        reusable = head.keepAlive();
        var current = user;
        if (current != null) {
            current.head(head);
        }
    }

    @Override
    public void body(Buffer chunk) {
        var current = user;
        if (current != null) {
            current.body(chunk);
        }
    }

    @Override
    public void end(Headers trailers) {
        var current = user;
        user = null;
        responded = true;
        if (current != null) {
            current.end(trailers);
        }
    }

    private void received(Buffer data) {
        try {
            parser.feed(data);
        } catch (RuntimeException e) {
            // whatever goes wrong while an answer is passed on, its client must not wait for the rest forever
            broken(e);
            return;
        }
        // Only now, when nothing of this read is left over, may the next request use the connection.
        if (responded) {
            responded = false;
            release();
        }
    }

    private void release() {
        if (closed) {
            return;
        }
        if (reusable && requestSent) {
            used = true;
            idleSince = System.nanoTime();
            socket.drainHandler(null);
            socket.resume();
            pool.release(this);
        } else {
            close();
        }
    }

    private void broken(Throwable cause) {
        var current = user;
        user = null;
        close();
        if (current != null) {
            current.failed(cause);
        }
    }

    private void ended() {
        if (user != null && parser.closed() && user == null) {
            close();
            return;
        }
        var cause = failure;
        broken(
                cause == null
                        ? new MalformedResponseException("the connection was closed before the response was complete")
                        : cause);
    }
}
