package io.luban.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/** Prepares what is measured: JSON calls with the administrator's token. Every answer other than 2xx is an error. */
final class Api {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int PARALLEL = 64;

    private final HttpClient client;
    private final URI base;
    private final String token;

    private Api(HttpClient client, URI base, String token) {
        this.client = client;
        this.base = base;
        this.token = token;
    }

    static Api logIn(URI base, String user, String password) {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(DEADLINE)
                .build();
        var form = "grant_type=password&username=%s&password=%s&client_id=kubesphere&client_secret=kubesphere"
                .formatted(encode(user), encode(password));
        var request = HttpRequest.newBuilder(base.resolve("/oauth/token"))
                .timeout(DEADLINE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        return new Api(client, base, send(client, request).path("access_token").asText());
    }

    String token() {
        return token;
    }

    JsonNode create(String path, String json) {
        return send(
                client,
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(DEADLINE)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build());
    }

    JsonNode read(String path) {
        return send(
                client,
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(DEADLINE)
                        .header("Authorization", "Bearer " + token)
                        .build());
    }

    /** The status of the answer to a GET, whatever it is. */
    int status(String path) {
        var request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(DEADLINE)
                .header("Authorization", "Bearer " + token)
                .build();
        return exchange(client, request).statusCode();
    }

    /** Creates many objects, some at a time. */
    void createAll(String path, int count, IntFunction<String> json) {
        var permits = new Semaphore(PARALLEL);
        var failures = new ConcurrentLinkedQueue<RuntimeException>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                int number = i;
                permits.acquireUninterruptibly();
                executor.execute(() -> {
                    try {
                        create(path, json.apply(number));
                    } catch (RuntimeException e) {
                        failures.add(e);
                    } finally {
                        permits.release();
                    }
                });
            }
        }
        var first = failures.poll();
        if (first != null) {
            throw first;
        }
    }

    private static JsonNode send(HttpClient client, HttpRequest request) {
        var response = exchange(client, request);
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException("%s %s: %d %s"
                    .formatted(
                            request.method(),
                            request.uri(),
                            response.statusCode(),
                            new String(response.body(), StandardCharsets.UTF_8)));
        }
        return Json.parse(response.body());
    }

    private static HttpResponse<byte[]> exchange(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
