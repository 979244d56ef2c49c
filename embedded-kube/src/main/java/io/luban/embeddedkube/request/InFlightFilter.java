package io.luban.embeddedkube.request;

import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Bounds how many requests are worked on at once; streams count only until they have begun. */
final class InFlightFilter implements Filter {
    private static final int READING = 400;
    private static final int WRITING = 200;
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Reply REFUSAL = new Reply.Content(
            429,
            Headers.of("Content-Type", "text/plain; charset=utf-8", "Retry-After", "1"),
            "Too many requests, please try again later.\n".getBytes(StandardCharsets.UTF_8));

    private final Semaphore reading = new Semaphore(READING);
    private final Semaphore writing = new Semaphore(WRITING);

    int reading() {
        return READING - reading.availablePermits();
    }

    int writing() {
        return WRITING - writing.availablePermits();
    }

    @Override
    public Reply apply(Request request, Handler next) {
        var permits = READS.contains(request.method()) ? reading : writing;
        if (!permits.tryAcquire()) {
            return REFUSAL;
        }
        try {
            return next.handle(request);
        } finally {
            permits.release();
        }
    }
}
