package io.luban.http;

import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to one upstream. Any number may be open: a request never waits for another one, so
 * watches cannot starve short requests; only the number of idle ones is bounded.
 */
final class UpstreamPool {
    private final NetClient client;
    private final Upstream upstream;
    private final UpstreamLimits limits;
    private final int mostIdle;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Set<UpstreamConnection> open = new HashSet<>();
    private int connecting;

    UpstreamPool(Loop loop, Upstream upstream, UpstreamLimits limits) {
        this.upstream = upstream;
        this.limits = limits;
        mostIdle = Math.max(1, limits.idlePerUpstream() / loop.runtime().loops().size());
        client = loop.vertx().createNetClient(options(upstream, limits));
    }

    /** The connection that was used last, if there is an idle one. */
    @Nullable UpstreamConnection takeIdle() {
        return idle.pollFirst();
    }

    /** Opens another connection. */
    Future<UpstreamConnection> connect() {
        var address = upstream.address().orElseGet(() -> new Upstream.Address(upstream.host(), upstream.port()));
        var connected = upstream.tls()
                ? client.connect(address.port(), address.host(), upstream.host())
                : client.connect(address.port(), address.host());
        connecting++;
        return connected.onComplete(ignored -> connecting--).map(socket -> {
            var connection = new UpstreamConnection(this, socket);
            open.add(connection);
            return connection;
        });
    }

    /** Keeps a connection; more than the share of this loop only for a while, as they may all be wanted again at once. */
    void release(UpstreamConnection connection) {
        if (idle.size() < limits.idlePerUpstream()) {
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    void closed(UpstreamConnection connection) {
        open.remove(connection);
        idle.remove(connection);
    }

    int openCount() {
        return open.size();
    }

    /** Closes what has been idle for long and what is too many; true when nothing is left. */
    boolean sweep() {
        long now = System.nanoTime();
        while (idle.size() > mostIdle
                || (!idle.isEmpty()
                        && now - idle.getLast().idleSince() > limits.idle().toNanos())) {
            idle.getLast().close();
        }
        return open.isEmpty() && connecting == 0;
    }

    void close() {
        List.copyOf(open).forEach(UpstreamConnection::close);
        client.close();
    }

    private static NetClientOptions options(Upstream upstream, UpstreamLimits limits) {
        var options = UpstreamTls.applied(new NetClientOptions(), upstream, limits);
        if (upstream.tls()) {
            options.setApplicationLayerProtocols(UpstreamTls.HTTP_1)
                    .setHostnameVerificationAlgorithm(upstream.insecure() ? "" : "HTTPS");
        }
        return options;
    }
}
