package io.luban.apiserver.metrics;

import io.luban.apiserver.content.Gzip;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** {@code GET /metrics} in the Prometheus text format 0.0.4. */
public final class MetricsEndpoint {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusRegistry registry;
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();

    /** Tells what the registry holds, and how the process is doing. */
    public MetricsEndpoint(PrometheusRegistry registry) {
        this.registry = registry;
        ProcessMetrics.register(registry);
    }

    /** The route. */
    public Route route() {
        return Route.blocking("GET", "/metrics", this::answer);
    }

    private Reply answer(Exchange exchange) {
        return answer(exchange.request());
    }

    /** The answer to a request. */
    public Reply answer(Request request) {
        var body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var plain = Headers.of("Content-Type", TYPE, "Vary", "Accept-Encoding");
        return Gzip.isAccepted(request)
                ? new Reply.Content(200, plain.with("Content-Encoding", "gzip"), Gzip.compress(body.toByteArray()))
                : new Reply.Content(200, plain, body.toByteArray());
    }
}
