package io.luban.apiserver.tracing;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.Stage;
import io.luban.http.Reply;
import io.luban.http.UpstreamClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;

/** Tracing put together: the stage that begins spans, what ends them, and the delivery behind. */
public final class Tracing implements AutoCloseable {
    private final List<Stage> stages;
    private final BiFunction<Exchange, Reply, Reply> ending;
    private final Runnable stop;

    private Tracing(List<Stage> stages, BiFunction<Exchange, Reply, Reply> ending, Runnable stop) {
        this.stages = stages;
        this.ending = ending;
        this.stop = stop;
    }

    /** Starts tracing by the settings; when they switch it off, there is no stage and requests cost nothing more. */
    public static Tracing start(
            TracingSettings settings, UpstreamClient client, PrometheusRegistry registry, Clock clock) {
        if (!settings.isOn()) {
            return new Tracing(List.of(), (exchange, reply) -> reply, () -> {});
        }
        var exporter = new SpanExporter(settings, client, registry);
        return new Tracing(
                List.of(new TraceFilter(settings.sampleRatio(), new SecureRandom())),
                (exchange, reply) -> ended(exporter, clock, exchange, reply),
                exporter::close);
    }

    private static Reply ended(SpanExporter exporter, Clock clock, Exchange exchange, Reply reply) {
        var begun = exchange.request().attribute(TraceFilter.BEGUN);
        if (begun.isEmpty() || !begun.get().own().sampled()) {
            return reply;
        }
        var info = exchange.info();
        var asked = new Span.Asked(
                exchange.request().method(),
                route(info),
                info.path(),
                exchange.user().name());
        return new Reply.Observed(
                reply,
                completion -> exporter.offer(new Span(
                        begun.get().own(),
                        begun.get().parent(),
                        asked,
                        completion.status(),
                        clock.instant(),
                        completion.nanos())));
    }

    /** The path without names; of a plain path its first part. */
    private static String route(RequestInfo info) {
        if (info.isResourceRequest()) {
            var group = info.apiGroup().isEmpty() ? "" : "/" + info.apiGroup();
            var subresource = info.subresource().isEmpty() ? "" : "/" + info.subresource();
            return "/" + info.apiPrefix() + group + "/" + info.apiVersion() + "/" + info.resource() + subresource;
        }
        int second = info.path().indexOf('/', 1);
        return second < 0 ? info.path() : info.path().substring(0, second);
    }

    /** Stages to run first; none when tracing is off. */
    public List<Stage> stages() {
        return stages;
    }

    /** What every request's end has to pass. */
    public BiFunction<Exchange, Reply, Reply> ending() {
        return ending;
    }

    @Override
    public void close() {
        stop.run();
    }
}
