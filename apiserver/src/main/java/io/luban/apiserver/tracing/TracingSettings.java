package io.luban.apiserver.tracing;

/**
 * Where spans go.
 *
 * @param endpoint URL of an OTLP/HTTP collector without {@code /v1/traces}; empty for no spans at all
 * @param sampleRatio share of the requests without a trace context that begin a recorded trace, 0 to 1
 */
public record TracingSettings(String endpoint, double sampleRatio) {
    /** No spans. */
    public static final TracingSettings OFF = new TracingSettings("", 1);

    /** Whether spans are made. */
    public boolean isOn() {
        return !endpoint.isEmpty();
    }
}
