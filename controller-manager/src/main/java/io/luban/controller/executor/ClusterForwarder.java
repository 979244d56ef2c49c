package io.luban.controller.executor;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.luban.helm.OperationLog;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.StreamSink;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests of an operation on to the cluster under the identity and with the label of its grant. */
final class ClusterForwarder {
    private static final Logger log = LoggerFactory.getLogger(ClusterForwarder.class);
    private static final int CHUNK = 16 * 1024;
    private static final long PACE_MILLIS = 20;
    private static final long MAX_BODY = 16L * 1024 * 1024;
    private static final long MAX_PENDING = 4L * 1024 * 1024;
    private static final long HEAD_SECONDS = 60;
    /** Fields that belong to one connection, that identify the caller, or that another body makes wrong. */
    private static final Set<String> NOT_FORWARDED = Set.of(
            "authorization",
            "host",
            "connection",
            "keep-alive",
            "te",
            "upgrade",
            "transfer-encoding",
            "content-length",
            "content-type",
            "expect",
            "accept-encoding");

    private static final Set<String> NOT_RETURNED =
            Set.of("connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "date", ":status");

    private final HttpClient http;
    private final String server;

    private ClusterForwarder(HttpClient http, String server) {
        this.http = http;
        this.server = server;
    }

    static ClusterForwarder of(KubernetesClient client) {
        // The engine repeats what may be repeated; a second attempt from here could create something twice.
        var once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build();
        var address = client.getMasterUrl().toString();
        var server = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        return new ClusterForwarder(
                client.getHttpClient().newBuilder().tag(once).build(), server);
    }

    Reply forward(Request request, Grant grant, OperationLog log) {
        var path = ObjectPath.parse(request.path());
        boolean writes = !"GET".equals(request.method());
        if (grant.readsOnly() && writes) {
            throw ApiException.forbidden(
                    new GroupResource(path.group(), path.resource()), path.name(), "this operation may only read");
        }
        var body = writes ? labelled(request, grant, path) : new byte[0];
        var response = await(outgoing(request, grant, body));
        if (isAboutMissingNamespace(request, response, path)
                && grant.namespaces().provide(path.namespace())) {
            close(response.body());
            log.line("namespace %s made in place of a hook".formatted(path.namespace()));
            response = await(outgoing(request, grant, body));
        }
        if (grant.readsOnly() && response.code() == 403) {
            close(response.body());
            return Reply.of(ApiException.notFound(new GroupResource(path.group(), path.resource()), path.name())
                    .status());
        }
        var answer = response;
        if (writes && path.isObject()) {
            log.line("%s %s: %d".formatted(request.method(), path, response.code()));
        }
        return new Reply.Stream(answer.code(), returned(answer), sink -> copy(answer.body(), sink));
    }

    private static boolean isAboutMissingNamespace(Request request, HttpResponse<?> response, ObjectPath path) {
        return response.code() == 404
                && "POST".equals(request.method())
                && path.isObject()
                && !path.namespace().isEmpty();
    }

    private static byte[] labelled(Request request, Grant grant, ObjectPath path) {
        var labels = new LabelInjection(grant.extension());
        return labels.apply(request.method(), path, contentType(request), request.body(MAX_BODY));
    }

    private static String contentType(Request request) {
        return request.header("Content-Type").orElse("application/json");
    }

    private HttpResponse<InputStream> await(HttpRequest request) {
        var call = http.sendAsync(request, InputStream.class);
        try {
            return call.get(HEAD_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("the operation is ending");
        } catch (TimeoutException e) {
            call.cancel(true);
            throw ApiException.timeout("kubernetes did not answer within " + HEAD_SECONDS + " s");
        } catch (ExecutionException e) {
            throw ApiException.unavailable("kubernetes cannot be reached: " + e.getCause());
        }
    }

    private HttpRequest outgoing(Request request, Grant grant, byte[] body) {
        var query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        var builder = http.newHttpRequestBuilder().uri(server + request.rawPath() + query);
        request.headers().forEach((name, value) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (!NOT_FORWARDED.contains(lower) && !lower.startsWith("impersonate-")) {
                builder.header(name, value);
            }
        });
        if (!grant.impersonatedUser().isEmpty()) {
            builder.setHeader("Impersonate-User", grant.impersonatedUser());
            grant.impersonatedGroups().forEach(group -> builder.header("Impersonate-Group", group));
        }
        if (!"GET".equals(request.method())) {
            builder.method(request.method(), contentType(request), new ByteArrayInputStream(body), body.length);
        }
        return builder.build();
    }

    private static Headers returned(HttpResponse<?> response) {
        var headers = Headers.builder();
        response.headers().forEach((name, values) -> {
            if (!NOT_RETURNED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> headers.add(name, value));
            }
        });
        return headers.build();
    }

    /** Copies on a thread of its own, at the pace of the slower side. */
    private static void copy(InputStream body, StreamSink sink) {
        Thread.ofVirtual().name("executor stream").start(() -> {
            var slow = new Semaphore(0);
            sink.onClose(() -> {
                slow.release();
                close(body);
            });
            try (body) {
                var buffer = new byte[CHUNK];
                for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                    sink.write(Arrays.copyOf(buffer, read));
                    while (sink.pendingBytes() > MAX_PENDING && !slow.tryAcquire(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
                        // the worker reads what it asked for; it only needs time
                    }
                }
                sink.end();
            } catch (IOException e) {
                sink.abort();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                sink.abort();
            }
        });
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            log.atDebug().addKeyValue("cause", e.toString()).log("answer was already broken off");
        }
    }
}
