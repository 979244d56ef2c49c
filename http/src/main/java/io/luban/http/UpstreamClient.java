package io.luban.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Calls that the platform makes on its own account: probes, documents of backends, deliveries. Requests and answers are
 * held in memory, so both are small; what clients send through the gateway is streamed by {@link Reply.Forward} instead.
 */
public final class UpstreamClient implements AutoCloseable {
    private static final int MOST_CLIENTS = 256;
    private static final Duration CLIENT_IDLE = Duration.ofMinutes(10);

    private final HttpRuntime runtime;
    private final Cache<Upstream, HttpClient> clients = Caffeine.newBuilder()
            .maximumSize(MOST_CLIENTS)
            .expireAfterAccess(CLIENT_IDLE)
            .<Upstream, HttpClient>removalListener((upstream, client, cause) -> {
                if (client != null) {
                    client.close();
                }
            })
            .build();

    /** Runs on the event loops of {@code runtime}. */
    public UpstreamClient(HttpRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * What to send.
     *
     * @param rawTarget percent-encoded path with query
     * @param body empty for none
     */
    public record Call(String method, String rawTarget, Headers headers, byte[] body) {
        /** A call without a body. */
        public static Call get(String rawTarget, Headers headers) {
            return new Call("GET", rawTarget, headers, new byte[0]);
        }
    }

    /** What came back. Redirects are answers like any other. */
    public record Answer(int status, Headers headers, byte[] body) {}

    /**
     * Sends and waits for the whole answer; blocks. Throws {@link UncheckedIOException} when there is none within the
     * deadline or it is larger than {@code limitBytes}.
     */
    public Answer call(Upstream upstream, Call call, Duration deadline, long limitBytes) {
        var client = clients.get(upstream, added -> runtime.vertx().createHttpClient(options(added)));
        var answer = request(client, options(upstream, call, deadline))
                .compose(request -> send(request, call, deadline))
                .compose(response -> collect(response, limitBytes));
        return Blocking.await(answer, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Future<HttpClientRequest> request(HttpClient client, RequestOptions options) {
        try {
            return client.request(options);
        } catch (IllegalStateException | RejectedExecutionException e) {
            return Future.failedFuture(new IOException("the client is closed", e));
        }
    }

    private static RequestOptions options(Upstream upstream, Call call, Duration deadline) {
        var address = upstream.address().orElseGet(() -> new Upstream.Address(upstream.host(), upstream.port()));
        return new RequestOptions()
                .setMethod(HttpMethod.valueOf(call.method()))
                .setHost(upstream.host())
                .setPort(upstream.port())
                .setServer(SocketAddress.inetSocketAddress(address.port(), address.host()))
                .setURI(call.rawTarget())
                .setConnectTimeout(deadline.toMillis())
                .setTimeout(deadline.toMillis());
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, Call call, Duration deadline) {
        call.headers().forEach((name, value) -> request.headers().add(name, value));
        request.idleTimeout(deadline.toMillis());
        return call.body().length == 0 ? request.send() : request.send(Buffer.buffer(call.body()));
    }

    private static Future<Answer> collect(HttpClientResponse response, long limitBytes) {
        Promise<Answer> promise = Promise.promise();
        var body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + (long) chunk.length() > limitBytes) {
                promise.tryFail(new IOException("the answer is larger than " + limitBytes + " bytes"));
                response.request().reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.exceptionHandler(promise::tryFail);
        response.endHandler(end -> {
            var headers = Headers.builder();
            response.headers().forEach(field -> headers.add(field.getKey(), field.getValue()));
            promise.tryComplete(new Answer(response.statusCode(), headers.build(), body.getBytes()));
        });
        return promise.future();
    }

    private static HttpClientOptions options(Upstream upstream) {
        return UpstreamTls.applied(new HttpClientOptions(), upstream, UpstreamLimits.DEFAULTS)
                .setVerifyHost(!upstream.insecure())
                .setAlpnVersions(java.util.List.of(io.vertx.core.http.HttpVersion.HTTP_1_1));
    }

    @Override
    public void close() {
        clients.invalidateAll();
        clients.cleanUp();
    }
}
