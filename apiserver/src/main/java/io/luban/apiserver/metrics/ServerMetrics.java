package io.luban.apiserver.metrics;

import io.luban.http.HttpServer;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntSupplier;

/** What goes on over the listener just now; read when somebody asks, so that requests pay nothing for it. */
public final class ServerMetrics {
    private ServerMetrics() {}

    /** Tells about the server. */
    public static void register(PrometheusRegistry registry, HttpServer server) {
        gauge(
                registry,
                "ks_server_requests_inflight",
                "Requests that are not answered completely yet.",
                server::requestsInFlight);
        gauge(
                registry,
                "ks_websocket_connections",
                "Open connections that were upgraded: WebSockets and other tunnels.",
                server::upgradedConnections);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, IntSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(point -> point.call(value.getAsInt()))
                .register(registry);
    }
}
