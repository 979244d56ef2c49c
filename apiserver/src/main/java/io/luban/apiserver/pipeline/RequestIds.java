package io.luban.apiserver.pipeline;

import io.luban.model.Ids;
import java.util.concurrent.atomic.AtomicLong;

/** Short ids that tie what a client was told to a line in the log; unique within and, by chance, among processes. */
public final class RequestIds {
    private final String process;
    private final AtomicLong sequence = new AtomicLong();

    /** Ids that begin with a suffix of this process. */
    public RequestIds(Ids ids) {
        process = ids.suffix(5);
    }

    /** An id not given before. */
    public String next() {
        return process + "-" + sequence.incrementAndGet();
    }
}
