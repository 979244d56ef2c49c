package io.luban.http;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listening server: parses requests, asks the fast path or the handler, carries out the reply. */
public final class HttpServer implements AutoCloseable {
    private static final long LISTEN_SECONDS = 30;
    private static final long GRACE_SECONDS = 5;

    private final ServerConfig config;
    private final List<Listener> listeners = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final int port;

    private HttpServer(HttpRuntime runtime, ServerConfig config, FastPath fastPath, Handler handler) {
        this.config = config;
        // Vert.x lets several loops share "any free port" when they ask for the same negative number.
        int wanted = config.port() == 0 ? -runtime.nextServerNumber() : config.port();
        int bound = 0;
        for (var loop : runtime.loops()) {
            var listener = new Listener(loop, config, fastPath, handler);
            listeners.add(listener);
            bound = listen(loop, listener, wanted);
        }
        port = bound;
    }

    private int listen(Loop loop, Listener listener, int wanted) {
        try {
            return Blocking.await(loop.call(() -> listener.listen(wanted)), LISTEN_SECONDS, TimeUnit.SECONDS);
        } catch (UncheckedIOException e) {
            listeners.forEach(Listener::drain);
            throw new UncheckedIOException(new IOException(
                    "cannot listen on %s port %d: %s".formatted(config.host(), config.port(), SystemMessage.of(e)), e));
        }
    }

    /**
     * Binds and serves. {@code fastPath} is tried on the event loop, {@code handler} runs on a virtual thread. Throws
     * {@link java.io.UncheckedIOException} when the address cannot be bound or the TLS material not be read.
     */
    public static HttpServer start(HttpRuntime runtime, ServerConfig config, FastPath fastPath, Handler handler) {
        return new HttpServer(runtime, config, fastPath, handler);
    }

    /** The bound TCP port. */
    public int port() {
        return port;
    }

    /** Requests that were begun and are not over, upgraded connections among them. */
    public int requestsInFlight() {
        return listeners.stream()
                .mapToInt(listener -> listener.activity().requests())
                .sum();
    }

    /** Connections that have left HTTP: WebSockets and tunnels. */
    public int upgradedConnections() {
        return listeners.stream()
                .mapToInt(listener -> listener.activity().upgrades())
                .sum();
    }

    /** Uses another identity for new connections; those that are open keep theirs. */
    public void reloadTls(TlsMaterial material) {
        for (var listener : listeners) {
            Blocking.await(listener.reloadTls(material), LISTEN_SECONDS, TimeUnit.SECONDS);
        }
    }

    /**
     * Stops accepting, ends streams, WebSockets and tunnels, waits at most the drain timeout for other requests, and
     * closes every connection. Closing twice does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var drained = new ArrayList<Future<?>>();
        listeners.forEach(listener -> drained.add(listener.drain()));
        long limit = config.limits().drainTimeout().toSeconds() + GRACE_SECONDS;
        Blocking.await(Future.join(drained), limit, TimeUnit.SECONDS);
    }
}
