package io.luban.apiserver;

import io.luban.apiserver.metrics.RequestMetrics;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.Reply;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outermost part of every request: counts it, times it, and writes down those that failed. */
final class AccessLog implements BiFunction<Exchange, Reply, Reply> {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

    private final RequestMetrics metrics;

    AccessLog(RequestMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Reply apply(Exchange exchange, Reply reply) {
        boolean counts = RequestMetrics.counts(exchange.info());
        if (!counts && !log.isInfoEnabled()) {
            return reply;
        }
        var started = System.nanoTime();
        return new Reply.Observed(reply, completion -> {
            var nanos = System.nanoTime() - started;
            if (counts) {
                metrics.observe(exchange.info(), completion.status(), nanos / 1e9);
            }
            if (completion.status() >= 400) {
                log.atInfo()
                        .addKeyValue("verb", exchange.request().method())
                        .addKeyValue("path", exchange.info().path())
                        .addKeyValue("user", exchange.user().name())
                        .addKeyValue("status", completion.status())
                        .addKeyValue("durationMs", nanos / 1_000_000)
                        .log("request refused or failed");
            }
        });
    }
}
