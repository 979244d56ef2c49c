package io.luban.apiserver;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.http.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** What sees the end of every request: auditing first, then tracing; the access log is outermost. */
record Endings(
        BiFunction<Exchange, Reply, Reply> auditing,
        BiFunction<Exchange, Reply, Reply> tracing,
        BiFunction<Exchange, Reply, Reply> accessLog)
        implements BiFunction<Exchange, Reply, Reply> {
    @Override
    public Reply apply(Exchange exchange, Reply reply) {
        return accessLog.apply(exchange, tracing.apply(exchange, auditing.apply(exchange, reply)));
    }

    static List<Stage> joined(List<Stage> first, List<Stage> then) {
        var all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }
}
