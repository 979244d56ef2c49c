package io.luban.http;

import java.time.Duration;

/** The client's end of a stream. Safe for use from any thread; writes are kept in call order. */
public interface StreamSink {
    /** Queues bytes and flushes them; never blocks. Ignored after the end. */
    void write(byte[] bytes);

    /** Bytes queued here that the client has not taken yet; lets a producer cut slow readers. */
    long pendingBytes();

    /**
     * Blocks until at most {@code limitBytes} are queued; false when the stream is over or the client took too little
     * until the deadline.
     */
    boolean awaitRoom(long limitBytes, Duration deadline) throws InterruptedException;

    /** Ends the body properly once what is queued has been sent. */
    void end();

    /** Breaks the connection so that the client notices the incomplete body. */
    void abort();

    /** Calls back once when the stream is over, whoever ended it; at once if it is over already. */
    void onClose(Runnable callback);
}
