package io.luban.http;

import io.luban.model.ApiException;
import io.luban.model.Status;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on the wire. It is taken at most once: by a handler that reads it, by the forwarder, or by the
 * server that throws away what nobody wanted.
 */
final class WireBody {
    private static final byte[] NOTHING = new byte[0];
    private static final long MAX_DISCARDED_BYTES = 8L * 1024 * 1024;

    private final Loop loop;
    private final HttpServerRequest wire;
    private final Duration idleLimit;
    private final boolean announced;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean taken;
    private volatile byte @Nullable [] content;

    /** Called when the head of the request has just come. */
    WireBody(Loop loop, HttpServerRequest wire, Duration idleLimit) {
        this.loop = loop;
        this.wire = wire;
        this.idleLimit = idleLimit;
        announced = announces(wire);
    }

    /** Whether the client has announced a body. */
    boolean isAnnounced() {
        return announced;
    }

    private static boolean announces(HttpServerRequest wire) {
        var length = wire.getHeader("Content-Length");
        if (length != null) {
            return !length.equals("0");
        }
        return wire.version() == HttpVersion.HTTP_2 ? isOpen(wire) : wire.getHeader("Transfer-Encoding") != null;
    }

    /** Whether the head of HTTP/2 that has just come was not the end of the request. */
    private static boolean isOpen(HttpServerRequest wire) {
        var handler = ((HttpServerConnection) wire.connection())
                .channelHandlerContext()
                .handler();
        var stream = ((Http2ConnectionHandler) handler).connection().stream((int) wire.streamId());
        return stream != null && stream.state().remoteSideOpen();
    }

    boolean isTaken() {
        return taken;
    }

    void take() {
        taken = true;
    }

    /**
     * Throws away what nobody wanted, within limits, so that the connection can go on or the client sees the answer; false
     * when the connection has to end with the answer instead.
     */
    boolean settle(ClientConnection connection) {
        if (wire.isEnded() || !announced) {
            return true;
        }
        if (!taken && Fields.expectsContinue(wire)) {
            connection.lingerWhenClosed();
            return false;
        }
        var discarded = new long[1];
        wire.exceptionHandler(ignored -> {});
        wire.endHandler(ignored -> {});
        wire.handler(chunk -> {
            discarded[0] += chunk.length();
            if (discarded[0] > MAX_DISCARDED_BYTES) {
                connection.lingerWhenClosed();
                connection.close();
            }
        });
        wire.resume();
        return true;
    }

    /** Bytes that a handler has read, for a forwarder that comes later. */
    byte @Nullable [] content() {
        return content;
    }

    /** Blocks until the whole body is here. */
    byte[] read(long limitBytes) {
        var known = content;
        if (known == null) {
            known = isAnnounced() ? receive(limitBytes) : NOTHING;
            content = known;
        }
        if (known.length > limitBytes) {
            throw LocalRequest.tooLarge(limitBytes);
        }
        return known;
    }

    private byte[] receive(long limitBytes) {
        if (loop.isOnEventLoop()) {
            throw new IllegalStateException("a fast path must not read a request body");
        }
        if (taken) {
            throw new IllegalStateException("the request body was read in part before");
        }
        taken = true;
        var length = wire.getHeader("Content-Length");
        if (length != null && Long.parseLong(length) > limitBytes) {
            throw LocalRequest.tooLarge(limitBytes);
        }
        var whole = new CompletableFuture<byte[]>();
        loop.execute(() -> collect(limitBytes, whole));
        return await(whole);
    }

    private void collect(long limitBytes, CompletableFuture<byte[]> whole) {
        var bytes = Buffer.buffer();
        wire.exceptionHandler(e -> whole.completeExceptionally(
                ApiException.badRequest("the client left before the request body was complete")));
        wire.handler(chunk -> {
            if (received.addAndGet(chunk.length()) > limitBytes) {
                whole.completeExceptionally(LocalRequest.tooLarge(limitBytes));
            } else {
                bytes.appendBuffer(chunk);
            }
        });
        wire.endHandler(ignored -> whole.complete(bytes.getBytes()));
        if (Fields.expectsContinue(wire)) {
            wire.response().writeContinue();
        }
        wire.resume();
    }

    private byte[] await(CompletableFuture<byte[]> whole) {
        while (true) {
            long before = received.get();
            try {
                return whole.get(idleLimit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (received.get() == before) {
                    throw timeout(e);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof ApiException api ? api : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ApiException.unavailable("interrupted while reading the request body");
            }
        }
    }

    private static ApiException timeout(TimeoutException cause) {
        var failure = new ApiException(
                Status.of(408, "Timeout", "the client stopped sending before the request body was complete"));
        failure.initCause(cause);
        return failure;
    }
}
