package io.luban.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Requests to send, all alike.
 *
 * @param body empty for none
 * @param connections kept open at once
 */
record LoadSpec(String method, URI uri, Map<String, String> headers, String body, int connections, Duration duration) {}
