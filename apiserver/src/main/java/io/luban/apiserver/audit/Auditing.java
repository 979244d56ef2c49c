package io.luban.apiserver.audit;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Reply;
import io.luban.http.SourceAddresses;
import io.luban.http.UpstreamClient;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Auditing put together: the stage that notes requests, what ends them, and the delivery behind. */
public final class Auditing implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Auditing.class);

    private final Surroundings around;
    private final Counter counted;
    private final AuditFilter filter;
    private final RecentEvents recent = new RecentEvents();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Running running;

    /** Auditing by one set of settings. */
    private record Running(AuditSettings settings, BiFunction<Exchange, Reply, Reply> ending, Runnable stop) {}

    private Auditing(AuditSettings settings, Surroundings around) {
        this.around = around;
        counted = AuditQueue.counter(around.registry());
        filter = new AuditFilter(settings, around.clock());
        running = running(settings);
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
        return new Auditing(settings, around);
    }

    private Running running(AuditSettings settings) {
        recent.keep(settings.isOn() ? settings.recent() : 0);
        if (!settings.isOn()) {
            return new Running(settings, (exchange, reply) -> reply, () -> {});
        }
        var places = new EventPlaces(around.kube(), around.systemNamespace());
        var queue = new AuditQueue(settings, sinks(settings), counted);
        var auditor = new Auditor(settings, queue, places, around.sources(), around.ids(), around.clock());
        return new Running(settings, auditor, () -> {
            queue.close();
            places.close();
        });
    }

    /** Goes by other settings from now on; what was recorded by the old ones is delivered by them. */
    public void reconfigure(AuditSettings settings) {
        lock.lock();
        try {
            var before = running;
            if (!before.settings.equals(settings)) {
                running = running(settings);
                filter.use(settings);
                before.stop.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<AuditSink> sinks(AuditSettings settings) {
        var sinks = new ArrayList<AuditSink>();
        if (settings.recent() > 0) {
            sinks.add(recent.sink());
        }
        settings.webhook().ifPresent(webhook -> sinks.add(new WebhookSink(webhook, around.client())));
        settings.log().flatMap(file -> logSink(file, around.clock())).ifPresent(sinks::add);
        settings.clusterEvents()
                .ifPresent(events -> sinks.add(new ClusterEventSink(events, around.kube(), around.ids())));
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

    /** Where people read the last events. */
    public List<Route> routes() {
        return new AuditEventsApi(recent).routes();
    }

    /** The stage behind authorization. */
    public AuditFilter filter() {
        return filter;
    }

    /** What every request's end has to pass. */
    public BiFunction<Exchange, Reply, Reply> ending() {
        return (exchange, reply) -> running.ending.apply(exchange, reply);
    }

    @Override
    public void close() {
        running.stop.run();
    }
}
