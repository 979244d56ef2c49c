package io.luban.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Event loops, one per core, and the virtual threads of handlers; shared by all servers of a process. */
public final class HttpRuntime implements AutoCloseable {
    private static final long CLOSE_SECONDS = 10;

    private final Vertx vertx;
    private final Clock clock;
    private final List<Loop> loops = new ArrayList<>();
    private final ExecutorService handlers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("request-", 0).factory());
    private final AtomicLong failures = new AtomicLong();
    private final AtomicInteger servers = new AtomicInteger();

    private HttpRuntime(Vertx vertx, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /** Starts the event loops on the system clock. */
    public static HttpRuntime create() {
        return create(Clock.systemUTC());
    }

    /** Starts the event loops; the clock gives Date fields. */
    public static HttpRuntime create(Clock clock) {
        int cores = Runtime.getRuntime().availableProcessors();
        var files = new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        var vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(cores)
                .setFileSystemOptions(files)
                .setPreferNativeTransport(true));
        var runtime = new HttpRuntime(vertx, clock);
        for (int i = 0; i < cores; i++) {
            runtime.loops.add(runtime.openLoop());
        }
        return runtime;
    }

    Vertx vertx() {
        return vertx;
    }

    Clock clock() {
        return clock;
    }

    List<Loop> loops() {
        return loops;
    }

    ExecutorService handlers() {
        return handlers;
    }

    int nextServerNumber() {
        return servers.incrementAndGet();
    }

    /** Short text that connects an answer with a line in the log. */
    String nextErrorId() {
        return Long.toString(clock.millis(), Character.MAX_RADIX) + "-" + failures.incrementAndGet();
    }

    @Override
    public void close() {
        loops.forEach(Loop::close);
        Blocking.await(vertx.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
        handlers.shutdown();
    }

    private Loop openLoop() {
        var opened = new Loop[1];
        Blocking.await(
                vertx.deployVerticle(new io.vertx.core.VerticleBase() {
                    @Override
                    public io.vertx.core.Future<?> start() {
                        Context own = context;
                        opened[0] = new Loop(HttpRuntime.this, own);
                        return io.vertx.core.Future.succeededFuture();
                    }
                }),
                CLOSE_SECONDS,
                TimeUnit.SECONDS);
        return opened[0];
    }
}
