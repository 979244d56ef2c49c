package io.luban.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** How hard and how long each measurement runs. */
record Profile(Duration duration, int connections) {
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    /** Warms up, then measures. */
    LoadResult measure(Load load, String method, URI uri, Map<String, String> headers, String body) {
        load.run(new LoadSpec(method, uri, headers, body, connections, WARM_UP));
        return load.run(new LoadSpec(method, uri, headers, body, connections, duration));
    }
}
