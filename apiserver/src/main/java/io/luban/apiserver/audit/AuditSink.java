package io.luban.apiserver.audit;

import java.util.List;

/** Takes batches of events, each already a JSON object without line breaks. */
interface AuditSink extends AutoCloseable {
    /** Delivers or throws {@link java.io.UncheckedIOException} after having tried hard enough; may block for seconds. */
    void deliver(List<byte[]> events);

    @Override
    void close();
}
