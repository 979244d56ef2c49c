package io.luban.apiserver;

import io.luban.apiserver.metrics.PathMetrics;
import io.luban.apiserver.metrics.RequestMetrics;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.Reply;
import io.luban.http.SourceAddresses;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outermost part of every request: counts it, times it, and writes a line about it. Failures are always written, all
 * other requests at the level DEBUG of this logger, which {@code --v=4} switches on.
 */
final class AccessLog implements BiFunction<Exchange, Reply, Reply> {
    /** Name of the logger. */
    static final String LOGGER = "io.luban.apiserver.access";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);
    private static final int FIRST_FAILURE = 400;

    private final RequestMetrics metrics;
    private final PathMetrics paths;
    private final SourceAddresses sources;

    AccessLog(RequestMetrics metrics, PathMetrics paths, SourceAddresses sources) {
        this.metrics = metrics;
        this.paths = paths;
        this.sources = sources;
    }

    /** Counts in the registry. */
    static AccessLog of(PrometheusRegistry registry, SourceAddresses sources) {
        return new AccessLog(new RequestMetrics(registry), new PathMetrics(registry), sources);
    }

    @Override
    public Reply apply(Exchange exchange, Reply reply) {
        return new Reply.Observed(reply, completion -> ended(exchange, completion));
    }

    private void ended(Exchange exchange, Reply.Completion completion) {
        var info = exchange.info();
        if (RequestMetrics.counts(info)) {
            metrics.observe(info, completion.status(), completion.nanos() / 1e9);
        } else if (!info.isResourceRequest()) {
            paths.observe(info.path(), exchange.request().method(), completion.status());
        }
        if (completion.status() >= FIRST_FAILURE) {
            log.info(line(exchange, completion));
        } else if (log.isDebugEnabled()) {
            log.debug(line(exchange, completion));
        }
    }

    /** One line in the form that the platform's log collectors know; secrets in the query are masked. */
    private String line(Exchange exchange, Reply.Completion completion) {
        var request = exchange.request();
        var query = request.rawQuery().isEmpty() ? "" : "?" + QueryMask.masked(request.rawQuery());
        return "%s - \"%s %s%s %s\" %d %d %dms"
                .formatted(
                        sources.of(request),
                        request.method(),
                        request.rawPath(),
                        query,
                        request.protocol(),
                        completion.status(),
                        completion.bytesSent(),
                        TimeUnit.NANOSECONDS.toMillis(completion.nanos()));
    }
}
