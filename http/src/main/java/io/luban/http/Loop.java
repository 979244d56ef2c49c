package io.luban.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Supplier;

/** One event loop with what is shared by all exchanges on it. Its state is touched on the loop only. */
final class Loop {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final long DATE_MILLIS = 1000;

    private final HttpRuntime runtime;
    private final Context context;
    private final long dateTimer;
    private final Upstreams upstreams;
    private final FlushRounds flushRounds = new FlushRounds(this);
    private final KnownValues knownValues = new KnownValues();
    private String date;

    Loop(HttpRuntime runtime, Context context) {
        this.runtime = runtime;
        this.context = context;
        date = HTTP_DATE.format(runtime.clock().instant());
        upstreams = new Upstreams(this, UpstreamLimits.DEFAULTS);
        dateTimer = vertx().setPeriodic(
                        DATE_MILLIS,
                        timer -> date = HTTP_DATE.format(runtime.clock().instant()));
    }

    HttpRuntime runtime() {
        return runtime;
    }

    Vertx vertx() {
        return context.owner();
    }

    Upstreams upstreams() {
        return upstreams;
    }

    FlushRounds flushRounds() {
        return flushRounds;
    }

    KnownValues knownValues() {
        return knownValues;
    }

    /** The Date field, fresh to the second. */
    String date() {
        return date;
    }

    void execute(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    boolean isOnEventLoop() {
        return Context.isOnEventLoopThread();
    }

    <T> Future<T> call(Supplier<Future<T>> task) {
        Promise<T> promise = Promise.promise();
        execute(() -> task.get().onComplete(promise));
        return promise.future();
    }

    void close() {
        vertx().cancelTimer(dateTimer);
        execute(upstreams::close);
    }
}
