package io.luban.embeddedkube.request;

import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.GoDuration;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers 504 when a request takes longer than it may, or than its client wants to wait, and interrupts the work on it.
 * Whether a write has happened by then is unknown to the client, as with any lost answer.
 */
final class DeadlineFilter implements Filter {
    /** Time of a request that asks for no less. */
    static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Set<String> STREAMS = Set.of("attach", "exec", "log", "portforward", "proxy");

    private final Duration longest;

    DeadlineFilter(Duration longest) {
        this.longest = longest;
    }

    @Override
    public Reply apply(Request request, Handler next) {
        if (isStream(request)) {
            return next.handle(request);
        }
        var limit = limit(request);
        var work = new FutureTask<>(() -> next.handle(request));
        var worker = Thread.ofVirtual().name("api-request").start(work);
        try {
            return work.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            worker.interrupt();
            throw ApiException.timeout(
                    "Timeout: request did not complete within requested timeout - context deadline exceeded");
        } catch (InterruptedException e) {
            worker.interrupt();
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the server is stopping");
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private Duration limit(Request request) {
        var wanted = request.query("timeout").filter(text -> !text.isEmpty());
        if (wanted.isEmpty()) {
            return longest;
        }
        try {
            var limit = GoDuration.parse(wanted.get());
            return limit.isZero() || limit.compareTo(longest) > 0 ? longest : limit;
        } catch (ParseException e) {
            throw ApiException.badRequest(
                    "invalid timeout specified in the request URL - time: invalid duration \"" + wanted.get() + "\"");
        }
    }

    private static boolean isStream(Request request) {
        return ApiPath.parse(request.rawPath())
                .filter(path -> STREAMS.contains(path.subresource())
                        || RequestVerb.of(request, path).equals("watch"))
                .isPresent();
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
    }
}
