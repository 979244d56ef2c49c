package io.luban.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Status;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * JSON calls to the Kubernetes API by path, for code that wants neither typed models nor their start-up cost. Every call
 * blocks for at most {@link #DEADLINE}; a failure is an {@link ApiException} with the server's Status, or 503 when there
 * was no answer.
 */
public final class KubeRest {
    /** Longest time a call may take. */
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final String JSON = "application/json";

    private final HttpClient http;
    private final URI server;
    private final BooleanSupplier mayWrite;

    private KubeRest(HttpClient http, URI server, BooleanSupplier mayWrite) {
        this.http = http;
        this.server = server;
        this.mayWrite = mayWrite;
    }

    /** Calls over the client's own connections and credentials. */
    public static KubeRest of(KubernetesClient client) {
        return new KubeRest(
                client.getHttpClient(), URI.create(client.getMasterUrl().toString()), () -> true);
    }

    /** The same calls, of which those that write answer 503 while {@code mayWrite} says no. */
    public KubeRest writingWhile(BooleanSupplier other) {
        return new KubeRest(http, server, other);
    }

    /** Whether the client was closed, so that no call can succeed any more. */
    boolean isClosed() {
        return http.isClosed();
    }

    /** Reads an object or a list. */
    public ObjectNode get(String path) {
        return json(send(request(path), "GET", Optional.empty(), JSON));
    }

    /** Reads in another form than plain JSON, such as metadata only. */
    ObjectNode get(String path, String form) {
        return json(send(request(path).setHeader("Accept", form), "GET", Optional.empty(), JSON));
    }

    /** Reads an object; empty when the server answers 404. */
    public Optional<ObjectNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (ApiException e) {
            if (e.code() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Creates an object in the collection at {@code path} and returns it as stored. */
    public ObjectNode create(String path, ObjectNode object) {
        return json(send(path, "POST", Optional.of(object), JSON));
    }

    /** Replaces the object at {@code path} and returns it as stored. */
    public ObjectNode update(String path, ObjectNode object) {
        return json(send(path, "PUT", Optional.of(object), JSON));
    }

    /** Changes the object at {@code path} by a merge patch (RFC 7386) and returns it as stored. */
    public ObjectNode patch(String path, ObjectNode patch) {
        return json(send(path, "PATCH", Optional.of(patch), "application/merge-patch+json"));
    }

    /**
     * Applies an object on the server's side (creating it where it is missing) and returns it as stored.
     *
     * @param fieldManager who owns the fields
     * @param force take fields over from other managers instead of failing with 409
     */
    public ObjectNode apply(String path, ObjectNode object, String fieldManager, boolean force) {
        var query = "?fieldManager=" + fieldManager + (force ? "&force=true" : "");
        return json(send(path + query, "PATCH", Optional.of(object), "application/apply-patch+yaml"));
    }

    /** Deletes what is at {@code path}; nothing happens when it is already gone. */
    public void delete(String path) {
        delete(path, Json.object());
    }

    /** Deletes with {@code DeleteOptions} such as a propagation policy or preconditions. */
    public void delete(String path, ObjectNode options) {
        var body = options.isEmpty() ? Optional.<ObjectNode>empty() : Optional.of(options);
        try {
            send(path, "DELETE", body, JSON);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    /** Opens a body that is read while it arrives, such as a watch; the head must come within the deadline. */
    InputStream stream(String path, String form) {
        var request = request(path).setHeader("Accept", form).build();
        var response = await(() -> http.sendAsync(request, InputStream.class));
        if (response.isSuccessful()) {
            return response.body();
        }
        try (var body = response.body()) {
            throw failure(response.code(), body.readAllBytes());
        } catch (java.io.IOException e) {
            throw ApiException.unavailable("kubernetes answered %d without a body".formatted(response.code()));
        }
    }

    private byte[] send(String path, String method, Optional<ObjectNode> body, String contentType) {
        if (!method.equals("GET") && !mayWrite.getAsBoolean()) {
            throw ApiException.unavailable("this replica does not lead, so it does not write " + path);
        }
        return send(request(path), method, body, contentType);
    }

    private static void prepare(
            HttpRequest.Builder builder, String method, Optional<ObjectNode> body, String contentType) {
        builder.timeout(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (body.isPresent()) {
            // text can be sent again when the client tries once more, a stream could not
            builder.method(method, contentType, Json.text(body.get()));
        } else if (method.equals("DELETE")) {
            builder.delete(contentType, "");
        }
    }

    private byte[] send(HttpRequest.Builder builder, String method, Optional<ObjectNode> body, String contentType) {
        prepare(builder, method, body, contentType);
        var request = builder.build();
        var response = await(() -> http.sendAsync(request, byte[].class));
        if (!response.isSuccessful()) {
            throw failure(response.code(), response.body());
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        var base = server.toString();
        var prefix = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return http.newHttpRequestBuilder().uri(prefix + path).header("Accept", JSON);
    }

    private static <T> HttpResponse<T> await(Supplier<CompletableFuture<HttpResponse<T>>> call) {
        CompletableFuture<HttpResponse<T>> future;
        try {
            future = call.get();
        } catch (RejectedExecutionException | IllegalStateException e) {
            throw ApiException.unavailable("the kubernetes client cannot be used: " + e.getMessage());
        }
        try {
            return future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            future.cancel(true);
            throw ApiException.unavailable("call to kubernetes was interrupted");
        } catch (TimeoutException e) {
            future.cancel(true);
            throw ApiException.unavailable("kubernetes did not answer within " + DEADLINE.toSeconds() + " s");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw ApiException.unavailable("kubernetes cannot be reached: " + (cause == null ? e : cause));
        }
    }

    private static ObjectNode json(byte[] body) {
        try {
            return Json.parseObject(body);
        } catch (ParseException e) {
            throw ApiException.unavailable("kubernetes sent an answer that is not JSON: " + e.getMessage());
        }
    }

    private static ApiException failure(int code, byte[] body) {
        try {
            var status = Json.parseObject(body);
            if (status.path("kind").asText().equals("Status")) {
                var details = status.path("details");
                return new ApiException(new Status(
                        code,
                        status.path("reason").asText(),
                        status.path("message").asText(),
                        new Status.Details(
                                details.path("name").asText(),
                                details.path("group").asText(),
                                details.path("kind").asText(),
                                details.path("uid").asText(),
                                List.of(),
                                details.path("retryAfterSeconds").asInt())));
            }
        } catch (ParseException e) {
            return new ApiException(Status.of(code, "", "kubernetes answered " + code));
        }
        return new ApiException(Status.of(code, "", "kubernetes answered " + code));
    }
}
