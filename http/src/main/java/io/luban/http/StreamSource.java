package io.luban.http;

/** Produces a streamed body; called once when the headers are out, must return quickly and never block. */
@FunctionalInterface
public interface StreamSource {
    /** Begins producing; later writes may come from any thread. */
    void start(StreamSink sink);
}
