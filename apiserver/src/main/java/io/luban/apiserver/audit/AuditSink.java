package io.luban.apiserver.audit;

/** Takes batches of events. */
interface AuditSink extends AutoCloseable {
    /** Delivers or throws {@link java.io.UncheckedIOException}; may block for seconds. */
    void deliver(AuditBatch batch);

    /** Most batches that may be on their way at the same time. */
    default int senders() {
        return 1;
    }

    /** How often a batch is tried before it is given up. */
    default int attempts() {
        return 1;
    }

    @Override
    void close();
}
