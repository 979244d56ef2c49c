package io.luban.apiserver.tracing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Instant;

/**
 * One request that is over.
 *
 * @param parent span that asked, {@code ""} for the first of a trace
 */
record Span(TraceParent own, String parent, Asked asked, int status, Instant ended, long nanos) {
    private static final int SERVER = 2;
    private static final int ERROR = 2;
    private static final int FIRST_ERROR = 500;
    private static final long NANOS = 1_000_000_000L;

    /**
     * What was asked.
     *
     * @param route path without names of objects, so that spans of the same kind share it
     */
    record Asked(String method, String route, String path, String user) {}

    ObjectNode json() {
        long end = ended.getEpochSecond() * NANOS + ended.getNano();
        var span = Json.object().put("traceId", own.traceId()).put("spanId", own.spanId());
        if (!parent.isEmpty()) {
            span.put("parentSpanId", parent);
        }
        span.put("name", asked.method + " " + asked.route)
                .put("kind", SERVER)
                .put("startTimeUnixNano", Long.toString(end - nanos))
                .put("endTimeUnixNano", Long.toString(end));
        var attributes = span.putArray("attributes");
        attributes.add(text("http.request.method", asked.method));
        attributes.add(text("url.path", asked.path));
        attributes.add(text("http.route", asked.route));
        attributes.add(text("enduser.id", asked.user));
        var code = Json.object().put("key", "http.response.status_code");
        code.putObject("value").put("intValue", Integer.toString(status));
        attributes.add(code);
        var outcome = span.putObject("status");
        if (status >= FIRST_ERROR || status == 0) {
            outcome.put("code", ERROR);
        }
        return span;
    }

    static ObjectNode text(String key, String value) {
        var attribute = Json.object().put("key", key);
        attribute.putObject("value").put("stringValue", value);
        return attribute;
    }
}
