package io.luban.http;

import java.time.Duration;

/**
 * Bounds of connections to upstreams.
 *
 * @param connect time to connect
 * @param handshake time to agree on TLS
 * @param idle how long a connection is kept without a request
 * @param idlePerUpstream most connections kept without a request, of all event loops together
 * @param sweep how often idle connections are looked through
 */
record UpstreamLimits(Duration connect, Duration handshake, Duration idle, int idlePerUpstream, Duration sweep) {
    /** What every gateway uses. */
    static final UpstreamLimits DEFAULTS = new UpstreamLimits(
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(90), 100, Duration.ofSeconds(5));
}
