package io.luban.http;

import java.util.HashMap;
import java.util.Map;

/** The upstream pools of one event loop; pools without connections are dropped, so removed upstreams leave nothing. */
final class Upstreams {
    private final Loop loop;
    private final UpstreamLimits limits;
    private final Map<Upstream, UpstreamPool> pools = new HashMap<>();
    private final long timer;

    Upstreams(Loop loop, UpstreamLimits limits) {
        this.loop = loop;
        this.limits = limits;
        timer = loop.vertx().setPeriodic(limits.sweep().toMillis(), ignored -> sweep());
    }

    UpstreamPool of(Upstream upstream) {
        return pools.computeIfAbsent(upstream, added -> new UpstreamPool(loop, added, limits));
    }

    /** Connections that are open now. */
    int openCount() {
        int count = 0;
        for (var pool : pools.values()) {
            count += pool.openCount();
        }
        return count;
    }

    private void sweep() {
        pools.values().removeIf(pool -> {
            boolean unused = pool.sweep();
            if (unused) {
                pool.close();
            }
            return unused;
        });
    }

    void close() {
        loop.vertx().cancelTimer(timer);
        pools.values().forEach(UpstreamPool::close);
        pools.clear();
    }
}
