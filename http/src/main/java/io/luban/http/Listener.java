package io.luban.http;

import io.luban.model.ApiException;
import io.luban.model.Status;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.ServerSSLOptions;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share of a server that lives on one event loop: its connections and what is going on over them. */
final class Listener {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final long MAX_SWEEP_MILLIS = 5000;
    private static final long MIN_SWEEP_MILLIS = 20;
    private static final long MAX_STREAMS = 250;

    private final Loop loop;
    private final ServerConfig config;
    private final FastPath fastPath;
    private final Handler handler;
    private final Http1ServerConfig decoding;
    private final io.vertx.core.http.HttpServer server;
    private final IdentityHashMap<HttpConnection, ClientConnection> connections = new IdentityHashMap<>();
    private final Set<Runnable> longLived = new HashSet<>();
    private final Activity activity = new Activity();
    private long sweepTimer;
    private boolean draining;

    Listener(Loop loop, ServerConfig config, FastPath fastPath, Handler handler) {
        this.loop = loop;
        this.config = config;
        this.fastPath = fastPath;
        this.handler = handler;
        var options = options(config);
        decoding = options.getHttp1Config();
        server = loop.vertx().createHttpServer(options);
        server.connectionHandler(this::opened)
                .requestHandler(this::received)
                .invalidRequestHandler(this::refuse)
                .exceptionHandler(e -> log.atDebug().setCause(e).log("connection refused"));
    }

    Future<Integer> listen(int port) {
        long precise = Math.min(
                        limits().headerTimeout().toMillis(),
                        limits().keepAliveIdle().toMillis())
                / 4;
        long interval = Math.clamp(precise, MIN_SWEEP_MILLIS, MAX_SWEEP_MILLIS);
        sweepTimer = loop.vertx().setPeriodic(interval, timer -> sweep());
        return server.listen(port, config.host()).map(io.vertx.core.http.HttpServer::actualPort);
    }

    Future<Boolean> reloadTls(TlsMaterial material) {
        ServerSSLOptions options = ServerTls.options(material);
        return loop.call(() -> server.updateSSLOptions(options));
    }

    Future<Void> drain() {
        return loop.call(() -> {
            draining = true;
            loop.vertx().cancelTimer(sweepTimer);
            List.copyOf(longLived).forEach(Runnable::run);
            return server.shutdown(config.limits().drainTimeout());
        });
    }

    Loop loop() {
        return loop;
    }

    FastPath fastPath() {
        return fastPath;
    }

    Handler handler() {
        return handler;
    }

    Activity activity() {
        return activity;
    }

    Limits limits() {
        return config.limits();
    }

    String scheme() {
        return config.tls().isPresent() ? "https" : "http";
    }

    /** Remembers how to end something that would outlast the drain timeout; ends it at once when already draining. */
    void keep(Runnable end) {
        if (draining) {
            end.run();
        } else {
            longLived.add(end);
        }
    }

    void forget(Runnable end) {
        longLived.remove(end);
    }

    private static HttpServerOptions options(ServerConfig config) {
        var limits = config.limits();
        var options = new HttpServerOptions()
                .setMaxInitialLineLength(limits.maxRequestLineBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setMaxChunkSize(64 * 1024)
                .setHttp2ClearTextEnabled(false)
                .setTcpKeepAlive(true)
                .setStrictThreadMode(true)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MAX_STREAMS)
                        .setMaxHeaderListSize(limits.maxHeaderBytes())
                        .setInitialWindowSize(1024 * 1024))
                .setHttp2ConnectionWindowSize(4 * 1024 * 1024);
        config.tls().ifPresent(material -> ServerTls.apply(options, material));
        return options;
    }

    private void opened(HttpConnection wire) {
        connections.put(wire, connection(wire));
        wire.closeHandler(ignored -> closed(wire));
    }

    private ClientConnection connection(HttpConnection wire) {
        return new ClientConnection(wire, decoding, loop);
    }

    void closed(HttpConnection wire) {
        connections.remove(wire);
    }

    private ClientConnection connection(HttpServerRequest wire) {
        return connections.computeIfAbsent(wire.connection(), this::connection);
    }

    private void sweep() {
        for (var connection : List.copyOf(connections.values())) {
            if (connection.isIdleFor(limits().headerTimeout(), limits().keepAliveIdle())) {
                connection.close();
            }
        }
    }

    /** What stands behind the last request of a connection is no request, above all if nobody knows where that one ends. */
    private void received(HttpServerRequest wire) {
        var connection = connection(wire);
        if (!connection.isEnding()) {
            Decision.begin(new Exchange(this, connection, wire));
        }
    }

    private static Status refusal(@Nullable Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Status.of(414, "RequestURITooLong", "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Status.of(431, "RequestHeaderFieldsTooLarge", "the request header block is too large");
        }
        return cause instanceof UnknownVersionException unknown
                ? Status.of(505, "HTTPVersionNotSupported", String.valueOf(unknown.getMessage()))
                : ApiException.badRequest("malformed HTTP request").status();
    }

    private void refuse(HttpServerRequest wire) {
        var status = refusal(wire.decoderResult().cause());
        var refused = connection(wire);
        if (refused.isEnding()) {
            return;
        }
        refused.lingerWhenClosed();
        var exchange = new Exchange(this, refused, wire);
        exchange.closeAfterwards();
        exchange.carryOut(Reply.of(status));
    }
}
