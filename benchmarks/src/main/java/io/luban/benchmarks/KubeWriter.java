package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** Writes the time into ConfigMaps over TLS without waiting for the one before. */
final class KubeWriter implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int MOST_AT_ONCE = 64;

    private final KubeAccess kube;
    private final HttpClient client;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore permits = new Semaphore(MOST_AT_ONCE);
    private final LongAdder written = new LongAdder();
    private final LongAdder refused = new LongAdder();

    KubeWriter(KubeAccess kube) {
        this.kube = kube;
        try {
            this.client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(TrustAll.context())
                    .connectTimeout(DEADLINE)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begins to set {@code data.sent} of the object to the time of now; waits while many writes are under way. */
    void stamp(URI object) {
        permits.acquireUninterruptibly();
        var body = "{\"data\":{\"sent\":\"%d\"}}".formatted(System.nanoTime());
        var request = HttpRequest.newBuilder(object)
                .timeout(DEADLINE)
                .header("Authorization", kube.headers().getOrDefault("Authorization", ""))
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString(body))
                .build();
        executor.execute(() -> send(request));
    }

    private void send(HttpRequest request) {
        try {
            var response = client.send(request, BodyHandlers.ofString());
            (response.statusCode() == 200 ? written : refused).increment();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            permits.release();
        }
    }

    /** Writes that succeeded; complete only after {@link #close}. */
    long written() {
        return written.sum();
    }

    /** Writes that an overloaded server refused. */
    long refused() {
        return refused.sum();
    }

    /** Waits for all writes. */
    @Override
    public void close() {
        executor.close();
        client.close();
    }
}
