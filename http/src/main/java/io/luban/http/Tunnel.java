package io.luban.http;

import io.luban.model.ParseException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bytes between a client and an upstream that have left HTTP; each side waits for the other where that is slow. */
final class Tunnel {
    private final Exchange exchange;
    private final UpstreamConnection upstream;
    private final ResponseHead answer;
    private final Runnable endWithServer = this::close;
    // Bytes that came together with the upgrade answer wait here for the client's side.
    private final Buffer early = Buffer.buffer();
    private final @Nullable BodyEdit edit;
    private @Nullable NetSocket client;
    private long bytesSent;
    private boolean closed;

    Tunnel(Exchange exchange, UpstreamConnection upstream, ResponseHead answer, ForwardTarget target) {
        this.exchange = exchange;
        this.upstream = upstream;
        this.answer = answer;
        edit = target.tunnelEdit().map(Supplier::get).orElse(null);
    }

    void open() {
        upstream.pause();
        exchange.upgrade().onComplete(result -> {
            if (result.failed()) {
                close();
                return;
            }
            client = result.result();
            connect(client);
        });
    }

    private void connect(NetSocket socket) {
        socket.exceptionHandler(ignored -> close());
        // not the close handler, which runs before what was received while paused
        socket.endHandler(ignored -> close());
        socket.handler(data -> {
            upstream.write(data);
            if (upstream.isFull()) {
                socket.pause();
                upstream.onDrain(ignored -> socket.resume());
            }
        });
        var waiting = exchange.early();
        if (waiting.length() > 0) {
            upstream.write(waiting);
        }
        socket.write(exchange.upgradeHead(answer));
        if (early.length() > 0) {
            fromUpstream(early.copy());
        }
        exchange.listener().keep(endWithServer);
        upstream.resume();
    }

    void fromUpstream(Buffer came) {
        var socket = client;
        if (socket == null) {
            early.appendBuffer(came);
            return;
        }
        var data = edit == null ? came : edited(edit, came);
        bytesSent += data.length();
        socket.write(data);
        if (socket.writeQueueFull()) {
            upstream.pause();
            socket.drainHandler(ignored -> upstream.resume());
        }
    }

    private Buffer edited(BodyEdit passing, Buffer came) {
        try {
            return Buffer.buffer(passing.piece(came.getBytes()));
        } catch (ParseException e) {
            close();
            return Buffer.buffer();
        }
    }

    /** The upstream has closed: what is queued still goes to the client. */
    void upstreamGone() {
        var socket = client;
        if (socket != null) {
            socket.end();
        } else {
            close();
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        exchange.listener().forget(endWithServer);
        upstream.abandonAfterFlush();
        var socket = client;
        if (socket != null) {
            socket.end();
        }
        exchange.finishUpgraded(bytesSent);
    }
}
