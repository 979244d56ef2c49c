package io.luban.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** How hard and how long each measurement runs. */
record Profile(Duration duration, Duration warmUp, int connections) {
    /** With as many connections. */
    Profile with(int connections) {
        return new Profile(duration, warmUp, connections);
    }

    /** For what has been measured before and is warm already. */
    Profile again() {
        return new Profile(duration, Duration.ofSeconds(1), connections);
    }

    /** Warms up, then measures. */
    LoadResult measure(Load load, String method, URI uri, Map<String, String> headers, String body) {
        load.run(new LoadSpec(method, uri, headers, body, connections, warmUp));
        return load.run(new LoadSpec(method, uri, headers, body, connections, duration));
    }
}
