package io.luban.embeddedkube.request;

import io.luban.embeddedkube.registry.Registry;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Counts and times requests by verb and resource, and answers {@code /metrics}. Labels are bounded: resources that are
 * not served count under an empty name.
 */
public final class ApiMetrics implements Filter, Endpoint {
    private static final double NANOS = 1e9;
    private static final double[] FINE = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5
    };
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Registry served;
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Counter requests;
    private final Histogram durations;

    /** Metrics about the resources of {@code served}. */
    public ApiMetrics(Registry served) {
        this.served = served;
        requests = Counter.builder()
                .name("apiserver_request_total")
                .help("Requests by verb, group, resource and HTTP status.")
                .labelNames("verb", "group", "resource", "code")
                .register(metrics);
        durations = Histogram.builder()
                .name("apiserver_request_duration_seconds")
                .help("Time until the reply was decided; streams begin with it.")
                .labelNames("verb", "group", "resource")
                .classicOnly()
                .register(metrics);
    }

    /** Shows a number that somebody else keeps. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(metrics);
    }

    /** Shows numbers that somebody else keeps, by the values of labels. */
    public void gauges(String name, String help, List<String> labels, Supplier<Map<List<String>, Long>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback ->
                        values.get().forEach((key, value) -> callback.call(value, key.toArray(String[]::new))))
                .register(metrics);
    }

    /** Shows how many requests are worked on, watches left out. */
    void inFlight(IntSupplier reading, IntSupplier writing) {
        GaugeWithCallback.builder()
                .name("apiserver_current_inflight_requests")
                .help("Requests that are worked on; watches count until they have begun.")
                .labelNames("request_kind")
                .callback(callback -> {
                    callback.call(reading.getAsInt(), "readOnly");
                    callback.call(writing.getAsInt(), "mutating");
                })
                .register(metrics);
    }

    /** A histogram of durations for somebody else to fill, in nanoseconds. */
    public LongConsumer durations(String name, String help) {
        var histogram = Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(FINE)
                .register(metrics);
        return nanos -> histogram.observe(nanos / NANOS);
    }

    @Override
    public Reply apply(Request request, Handler next) {
        long begin = System.nanoTime();
        var reply = next.handle(request);
        count(request, status(reply), System.nanoTime() - begin);
        return reply;
    }

    /** Notes a request that took another way than through the filter. */
    void count(Request request, int status, long nanos) {
        var path = path(request);
        var type = path.flatMap(parsed -> served.find(parsed.group(), parsed.version(), parsed.resource()));
        var verb = path.map(parsed -> RequestVerb.of(request, parsed))
                .orElseGet(() -> request.method().toLowerCase(Locale.ROOT));
        var group = type.map(found -> found.kind().group()).orElse("");
        var resource = type.map(found -> found.names().plural()).orElse("");
        requests.labelValues(verb, group, resource, Integer.toString(status)).inc();
        durations.labelValues(verb, group, resource).observe(nanos / NANOS);
    }

    @Override
    public Optional<Reply> answer(Request request) {
        if (!request.path().equals("/metrics")) {
            return Optional.empty();
        }
        var out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var headers = Headers.of("Content-Type", TYPE);
        return Optional.of(new Reply.Content(200, headers, out.toByteArray()));
    }

    private static Optional<ApiPath> path(Request request) {
        try {
            return ApiPath.parse(request.rawPath());
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    static int status(Reply reply) {
        return switch (reply) {
            case Reply.Content content -> content.status();
            case Reply.Stream stream -> stream.status();
            case Reply.WebSocket socket -> 101;
            case Reply.Forward forward -> 0;
            case Reply.Edited edited -> status(edited.reply());
            case Reply.Observed observed -> status(observed.reply());
        };
    }
}
