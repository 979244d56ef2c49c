package io.luban.http;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for event loops from ordinary threads, always with a deadline. */
final class Blocking {
    private Blocking() {}

    static <T> T await(Future<T> future, long limit, TimeUnit unit) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new UncheckedIOException(new IOException(
                    "no answer within %d %s".formatted(limit, unit.name().toLowerCase(Locale.ROOT)), e));
        }
    }

    private static RuntimeException failure(Throwable cause) {
        return cause instanceof IOException io
                ? new UncheckedIOException(io)
                : new UncheckedIOException(new IOException(cause));
    }
}
