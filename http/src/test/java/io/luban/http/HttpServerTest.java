package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.model.ApiException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpServerTest {
    private final HttpRuntime runtime = HttpRuntime.create();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() throws Exception {
        client.close();
        for (var closeable : opened.reversed()) {
            closeable.close();
        }
        runtime.close();
    }

    @Test
    void answers_what_the_handler_decides() throws Exception {
        var server = serve(request -> Reply.text(
                200,
                request.method() + " " + request.path() + " "
                        + request.query("q").orElse("none") + " "
                        + request.header("X-Name").orElse("")));

        var response =
                send(HttpRequest.newBuilder(uri(server, "/a%20b?q=1%2B1")).header("x-name", "n"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("GET /a b 1+1 n");
        assertThat(response.headers().firstValue("Date")).isPresent();
        assertThat(response.headers().firstValue("Content-Length")).contains("14");
    }

    @Test
    void the_fast_path_answers_first() throws Exception {
        var server = HttpServer.start(
                runtime,
                ServerConfig.loopback(),
                request -> request.rawPath().equals("/fast") ? Optional.of(Reply.text(200, "fast")) : Optional.empty(),
                request -> Reply.text(200, "slow"));
        opened.add(server);

        assertThat(send(HttpRequest.newBuilder(uri(server, "/fast"))).body()).isEqualTo("fast");
        assertThat(send(HttpRequest.newBuilder(uri(server, "/other"))).body()).isEqualTo("slow");
    }

    @Test
    void a_big_body_arrives_whole_and_can_be_read_twice() throws Exception {
        var server = serve(request -> {
            var first = request.body(64 << 20);
            var second = request.with(Attribute.of("x", String.class), "y").body(64 << 20);
            return new Reply.Content(200, Headers.EMPTY, java.util.Arrays.equals(first, second) ? first : new byte[0]);
        });
        var bytes = new byte[20 << 20];
        new java.util.Random(7).nextBytes(bytes);

        var response = client.send(
                HttpRequest.newBuilder(uri(server, "/"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(response.body()).isEqualTo(bytes);
    }

    @Test
    void a_body_over_the_limit_is_413_with_and_without_a_length() throws Exception {
        var server = serve(request -> Reply.text(200, "read " + request.body(1000).length));

        var known = send(
                HttpRequest.newBuilder(uri(server, "/")).POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5000])));
        var chunked = send(HttpRequest.newBuilder(uri(server, "/"))
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[500_000]))));

        assertThat(known.statusCode()).isEqualTo(413);
        assertThat(known.body()).contains("Request entity too large: limit is 1000");
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void a_reply_to_an_unread_body_leaves_the_connection_usable() throws Exception {
        var server = serve(request -> Reply.text(200, request.path()));

        for (int i = 0; i < 5; i++) {
            var response = send(HttpRequest.newBuilder(uri(server, "/" + i))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[200_000])));
            assertThat(response.body()).isEqualTo("/" + i);
        }
    }

    @Test
    void api_exceptions_become_their_status_and_others_a_500_with_an_id() throws Exception {
        var server = serve(request -> {
            if (request.path().equals("/known")) {
                throw ApiException.badRequest("no such thing");
            }
            throw new IllegalArgumentException("secret detail");
        });

        var known = send(HttpRequest.newBuilder(uri(server, "/known")));
        var unknown = send(HttpRequest.newBuilder(uri(server, "/unknown")));

        assertThat(known.statusCode()).isEqualTo(400);
        assertThat(known.body()).contains("\"reason\":\"BadRequest\"", "no such thing");
        assertThat(unknown.statusCode()).isEqualTo(500);
        assertThat(unknown.body()).contains("error id").doesNotContain("secret");
    }

    @Test
    void head_has_the_length_but_no_body() throws Exception {
        var server = serve(request -> Reply.text(200, "twelve chars"));

        var response =
                send(HttpRequest.newBuilder(uri(server, "/")).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(response.headers().firstValue("Content-Length")).contains("12");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void a_stream_sends_its_head_and_each_write_at_once() throws Exception {
        var sink = new CompletableFuture<StreamSink>();
        var server = serve(request -> new Reply.Stream(200, Headers.of("Content-Type", "text/plain"), sink::complete));

        var response = client.send(HttpRequest.newBuilder(uri(server, "/")).build(), BodyHandlers.ofInputStream());
        var stream = sink.get(30, TimeUnit.SECONDS);
        stream.write("one\n".getBytes(StandardCharsets.UTF_8));
        var first = read(response.body(), 4);
        stream.write("two\n".getBytes(StandardCharsets.UTF_8));
        stream.end();

        assertThat(first).isEqualTo("one\n");
        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("two\n");
    }

    @Test
    void a_stream_counts_what_a_slow_reader_has_not_taken() throws Exception {
        var sink = new CompletableFuture<StreamSink>();
        var server = serve(request -> new Reply.Stream(200, Headers.EMPTY, sink::complete));

        var response = client.send(HttpRequest.newBuilder(uri(server, "/")).build(), BodyHandlers.ofInputStream());
        var stream = sink.get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 64; i++) {
            stream.write(new byte[1 << 20]);
        }
        await().until(() -> stream.pendingBytes() > 16 << 20);
        stream.end();

        assertThat(response.body().readAllBytes()).hasSize(64 << 20);
        await().until(() -> stream.pendingBytes() == 0);
    }

    @Test
    void a_stream_learns_that_its_client_has_left() throws Exception {
        var left = new CompletableFuture<Boolean>();
        var server =
                serve(request -> new Reply.Stream(200, Headers.EMPTY, sink -> sink.onClose(() -> left.complete(true))));

        var response = client.send(HttpRequest.newBuilder(uri(server, "/")).build(), BodyHandlers.ofInputStream());
        response.body().close();

        assertThat(left.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_aborted_stream_is_not_mistaken_for_a_complete_one() throws Exception {
        var server = serve(request -> new Reply.Stream(200, Headers.EMPTY, sink -> {
            sink.write(new byte[10]);
            sink.abort();
        }));

        var failure = client.sendAsync(HttpRequest.newBuilder(uri(server, "/")).build(), BodyHandlers.ofByteArray());

        assertThat(failure).failsWithin(Duration.ofSeconds(30));
    }

    @Test
    void edits_and_observers_wrap_any_reply() throws Exception {
        var completions = new CopyOnWriteArrayList<Reply.Completion>();
        var server = serve(request -> new Reply.Observed(
                new Reply.Edited(
                        new Reply.Edited(Reply.text(201, "body"), headers -> headers.with("X-Order", "inner")),
                        headers ->
                                headers.with("X-Order", headers.first("X-Order").orElse("") + ",outer")),
                completions::add));

        var response = send(HttpRequest.newBuilder(uri(server, "/")));

        assertThat(response.headers().firstValue("X-Order")).contains("inner,outer");
        await().until(() -> !completions.isEmpty());
        assertThat(completions).singleElement().satisfies(ended -> {
            assertThat(ended.status()).isEqualTo(201);
            assertThat(ended.bytesSent()).isEqualTo(4);
            assertThat(ended.complete()).isTrue();
            assertThat(ended.nanos()).isPositive();
        });
    }

    @Test
    void closing_ends_streams_and_lets_requests_in_flight_finish() throws Exception {
        var entered = new CompletableFuture<Boolean>();
        var release = new CompletableFuture<Boolean>();
        var sink = new AtomicReference<StreamSink>();
        var server = serve(request -> {
            if (request.path().equals("/watch")) {
                return new Reply.Stream(200, Headers.EMPTY, sink::set);
            }
            entered.complete(true);
            release.join();
            return Reply.text(200, "done");
        });
        var watch = client.send(HttpRequest.newBuilder(uri(server, "/watch")).build(), BodyHandlers.ofInputStream());
        var slow = client.sendAsync(HttpRequest.newBuilder(uri(server, "/slow")).build(), BodyHandlers.ofString());
        entered.join();

        var closing = CompletableFuture.runAsync(server::close);
        assertThat(watch.body().readAllBytes()).isEmpty();
        release.complete(true);

        assertThat(slow.get(30, TimeUnit.SECONDS).body()).isEqualTo("done");
        assertThat(closing).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void a_port_that_is_taken_is_reported() throws Exception {
        var server = serve(request -> Reply.text(200, ""));
        var taken = new ServerConfig("127.0.0.1", server.port(), Optional.empty(), Limits.DEFAULTS);
        var other = HttpRuntime.create();
        opened.add(other);

        assertThatThrownBy(() ->
                        HttpServer.start(other, taken, request -> Optional.empty(), request -> Reply.text(200, "")))
                .isInstanceOf(java.io.UncheckedIOException.class)
                .hasMessageEndingWith("cannot listen on 127.0.0.1 port %d: Address already in use", server.port());
    }

    private HttpServer serve(Handler handler) {
        var server = HttpServer.start(runtime, ServerConfig.loopback(), request -> Optional.empty(), handler);
        opened.add(server);
        return server;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    private static String read(InputStream input, int length) throws Exception {
        return new String(input.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static URI uri(HttpServer server, String target) {
        return URI.create("http://127.0.0.1:" + server.port() + target);
    }
}
