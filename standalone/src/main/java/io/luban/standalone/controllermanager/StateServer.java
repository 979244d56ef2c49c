package io.luban.standalone.controllermanager;

import io.luban.apiserver.health.Check;
import io.luban.apiserver.health.HealthEndpoint;
import io.luban.apiserver.metrics.MetricsEndpoint;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.model.ApiException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells how the process is doing: {@code /metrics}, {@code /healthz}, {@code /livez}, {@code /readyz}; open to everybody. */
final class StateServer implements AutoCloseable {
    private final MetricsEndpoint metrics;
    private final HealthEndpoint healthz = new HealthEndpoint("healthz", List.of(Check.PING));
    private final HealthEndpoint livez = new HealthEndpoint("livez", List.of(Check.PING));
    private final HealthEndpoint readyz;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final HttpServer server;

    /** Listens; {@code ready} is what has to be well for the process to be of use. */
    StateServer(HttpRuntime runtime, ServerConfig config, PrometheusRegistry registry, List<Check> ready) {
        this.metrics = new MetricsEndpoint(registry);
        this.readyz = new HealthEndpoint("readyz", ready, stopping::get);
        this.server = HttpServer.start(runtime, config, request -> Optional.empty(), this::handle);
    }

    int port() {
        return server.port();
    }

    /** Says from now on that the process is not ready. */
    void stopping() {
        stopping.set(true);
    }

    private Reply handle(Request request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw ApiException.methodNotAllowed();
        }
        return switch (request.path()) {
            case "/metrics" -> metrics.answer(request);
            case "/healthz" -> healthz.answer(request);
            case "/livez" -> livez.answer(request);
            case "/readyz" -> readyz.answer(request);
            default -> throw ApiException.noSuchResource();
        };
    }

    @Override
    public void close() {
        server.close();
    }
}
