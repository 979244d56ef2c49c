package io.luban.apiserver.audit;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.Reply;
import io.luban.http.SourceAddresses;
import io.luban.http.UpstreamClient;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Auditing put together: the stage that notes requests, what ends them, and the delivery behind. */
public final class Auditing implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Auditing.class);

    private final AuditFilter filter;
    private final BiFunction<Exchange, Reply, Reply> ending;
    private final Runnable stop;

    private Auditing(AuditFilter filter, BiFunction<Exchange, Reply, Reply> ending, Runnable stop) {
        this.filter = filter;
        this.ending = ending;
        this.stop = stop;
    }

    /** What auditing needs of the gateway. */
    public record Surroundings(
            KubeRest kube,
            String systemNamespace,
            UpstreamClient client,
            SourceAddresses sources,
            PrometheusRegistry registry,
            Ids ids,
            Clock clock) {}

    /** Starts auditing by the settings; when they switch it off, nothing runs and requests cost nothing more. */
    public static Auditing start(AuditSettings settings, Surroundings around) {
        var filter = new AuditFilter(settings, around.clock());
        if (!settings.isOn()) {
            return new Auditing(filter, (exchange, reply) -> reply, () -> {});
        }
        var places = new EventPlaces(around.kube(), around.systemNamespace());
        var queue = new AuditQueue(settings, sinks(settings, around), around.registry());
        var auditor = new Auditor(settings, queue, places, around.sources(), around.ids(), around.clock());
        return new Auditing(filter, auditor, () -> {
            queue.close();
            places.close();
        });
    }

    private static List<AuditSink> sinks(AuditSettings settings, Surroundings around) {
        var sinks = new ArrayList<AuditSink>();
        settings.webhook().ifPresent(webhook -> sinks.add(new WebhookSink(webhook, around.client())));
        settings.log().flatMap(file -> logSink(file, around.clock())).ifPresent(sinks::add);
        return sinks;
    }

    /** A file that cannot be written switches this way of delivery off, not the gateway. */
    private static Optional<AuditSink> logSink(AuditSettings.LogFile file, Clock clock) {
        if (file.path().equals("-")) {
            return Optional.of(new OutputSink());
        }
        try {
            return Optional.of(new FileSink(file, clock));
        } catch (UncheckedIOException e) {
            log.atError()
                    .addKeyValue("path", file.path())
                    .addKeyValue("cause", e.toString())
                    .log("audit log cannot be written and stays off");
            return Optional.empty();
        }
    }

    /** The stage behind authorization. */
    public AuditFilter filter() {
        return filter;
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
