package io.luban.standalone.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.StreamSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InProcessClientTest {
    private static final String URL = "https://kubernetes.example:6443";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final LinkedBlockingQueue<Reply.Completion> ended = new LinkedBlockingQueue<>();

    private static KubernetesClient client(Handler handler) {
        return InProcessClient.of(handler, URL, () -> {
            throw new AssertionError("the network was used");
        });
    }

    /** Without a second attempt. */
    private static HttpClient once(KubernetesClient client) {
        var settings = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build();
        return client.getHttpClient().newBuilder().tag(settings).build();
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Reply observed(Reply reply) {
        return new Reply.Observed(reply, ended::add);
    }

    /** Asks for nothing by itself; counts what arrives. */
    private static final class Reader implements AsyncBody.Consumer<List<ByteBuffer>> {
        final LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();

        @Override
        public void consume(List<ByteBuffer> pieces, AsyncBody body) {
            pieces.forEach(
                    piece -> arrived.add(StandardCharsets.UTF_8.decode(piece).toString()));
        }

        String next() throws InterruptedException {
            var piece = arrived.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            return piece == null ? "nothing" : piece;
        }
    }

    private static HttpResponse<AsyncBody> open(HttpClient http, Reader reader) throws Exception {
        var request = http.newHttpRequestBuilder().uri(URL + "/watch").build();
        return within(http.consumeBytes(request, reader));
    }

    @Test
    void requests_reach_the_handler_as_they_would_over_the_network() throws Exception {
        var seen = new ArrayList<String>();
        try (var client = client(request -> {
            seen.add(request.method() + " " + request.rawPath() + "?" + request.rawQuery());
            seen.add(request.authority() + " " + request.header("X-Given").orElse(""));
            seen.add(request.header("Content-Type").orElse("") + " "
                    + new String(request.body(100), StandardCharsets.UTF_8));
            seen.add(request.header("User-Agent").orElse(""));
            return Reply.text(202, "taken");
        })) {
            var http = client.getHttpClient();
            var request = http.newHttpRequestBuilder()
                    .uri(URL + "/a%2Fb/ü?q=%20x&r")
                    .header("X-Given", "value")
                    .method("PATCH", "application/merge-patch+json", new ByteArrayInputStream(bytes("{\"ü\":1}")), 8)
                    .build();
            var response = within(http.sendAsync(request, String.class));

            assertThat(seen)
                    .containsExactly(
                            "PATCH /a%2Fb/ü?q=%20x&r",
                            "kubernetes.example:6443 value", "application/merge-patch+json {\"ü\":1}", "luban");
            assertThat(response.code()).isEqualTo(202);
            assertThat(response.body()).isEqualTo("taken");
            assertThat(response.header("CONTENT-type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(response.request().uri()).hasHost("kubernetes.example");
        }
    }

    @Test
    void edits_and_observers_of_a_reply_are_heeded() throws Exception {
        try (var client = client(request -> new Reply.Edited(
                observed(new Reply.Edited(Reply.text(200, "abc"), headers -> headers.with("X-Order", "inner"))),
                headers -> headers.plus("X-Order", "outer")))) {
            var http = client.getHttpClient();
            var response = within(
                    http.sendAsync(http.newHttpRequestBuilder().uri(URL + "/").build(), byte[].class));

            assertThat(response.headers("x-order")).containsExactly("inner", "outer");
            var end = ended.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(end).isNotNull();
            assertThat(end.status()).isEqualTo(200);
            assertThat(end.bytesSent()).isEqualTo(3);
            assertThat(end.complete()).isTrue();
        }
    }

    @Test
    void pieces_of_a_stream_wait_until_they_are_asked_for_and_keep_their_order() throws Exception {
        var sinks = new LinkedBlockingQueue<StreamSink>();
        try (var client = client(request -> observed(new Reply.Stream(200, Headers.EMPTY, sinks::add)))) {
            var reader = new Reader();
            var body = open(client.getHttpClient(), reader).body();
            var sink = sinks.take();
            sink.write(bytes("one "));
            sink.write(bytes("two "));

            assertThat(sink.pendingBytes()).isEqualTo(8);
            assertThat(sink.awaitRoom(7, Duration.ofMillis(20))).isFalse();
            assertThat(reader.arrived).isEmpty();

            body.consume();
            assertThat(sink.awaitRoom(0, LONG)).isTrue();
            assertThat(reader.next() + reader.next()).isEqualTo("one two ");

            sink.write(bytes("three"));
            sink.end();
            assertThat(body.done()).isNotDone();
            body.consume();
            assertThat(reader.next()).isEqualTo("three");
            within(body.done());
            assertThat(ended.take())
                    .returns(true, Reply.Completion::complete)
                    .returns(13L, Reply.Completion::bytesSent);
        }
    }

    @Test
    void large_pieces_come_one_at_a_time() throws Exception {
        var sinks = new LinkedBlockingQueue<StreamSink>();
        try (var client = client(request -> new Reply.Stream(200, Headers.EMPTY, sinks::add))) {
            var reader = new Reader();
            var body = open(client.getHttpClient(), reader).body();
            var sink = sinks.take();
            sink.write(new byte[1_000_000]);
            sink.write(new byte[1_000_000]);
            body.consume();

            assertThat(reader.next()).hasSize(1_000_000);
            assertThat(sink.awaitRoom(1_000_000, LONG)).isTrue();
            assertThat(sink.awaitRoom(999_999, Duration.ofMillis(50))).isFalse();
            assertThat(reader.arrived).isEmpty();
        }
    }

    @Test
    void a_stream_that_the_client_leaves_is_over_for_the_server() throws Exception {
        var sinks = new LinkedBlockingQueue<StreamSink>();
        try (var client = client(request -> observed(new Reply.Stream(200, Headers.EMPTY, sinks::add)))) {
            var body = open(client.getHttpClient(), new Reader()).body();
            var sink = sinks.take();
            var closed = new CountDownLatch(1);
            sink.onClose(closed::countDown);
            sink.write(bytes("unread"));
            body.cancel();

            assertThat(closed.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(sink.pendingBytes()).isZero();
            assertThat(sink.awaitRoom(100, LONG)).isFalse();
            assertThat(ended.take()).returns(false, Reply.Completion::complete);
            assertThatThrownBy(() -> within(body.done())).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void a_stream_that_the_server_breaks_off_fails_for_the_client() throws Exception {
        try (var client = client(request -> new Reply.Stream(200, Headers.EMPTY, sink -> {
            sink.write(bytes("beginning"));
            sink.abort();
        }))) {
            var body = open(client.getHttpClient(), new Reader()).body();

            assertThatThrownBy(() -> within(body.done())).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void a_consumer_that_throws_ends_the_stream() throws Exception {
        var sinks = new LinkedBlockingQueue<StreamSink>();
        try (var client = client(request -> observed(new Reply.Stream(200, Headers.EMPTY, sinks::add)))) {
            var http = client.getHttpClient();
            var request = http.newHttpRequestBuilder().uri(URL + "/").build();
            var response = within(http.consumeBytes(request, (pieces, body) -> {
                throw new IOException("cannot be read");
            }));
            sinks.take().write(bytes("x"));
            response.body().consume();

            assertThatThrownBy(() -> within(response.body().done())).hasRootCauseMessage("cannot be read");
            assertThat(ended.take()).returns(false, Reply.Completion::complete);
        }
    }

    @Test
    void an_answer_that_takes_longer_than_the_request_may_is_a_timeout_and_is_dropped() throws Exception {
        var started = new AtomicInteger();
        var late = new CountDownLatch(1);
        try (var client = client(request -> {
            try {
                assertThat(late.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return observed(new Reply.Stream(200, Headers.EMPTY, sink -> started.incrementAndGet()));
        })) {
            var http = once(client);
            var request = http.newHttpRequestBuilder()
                    .uri(URL + "/")
                    .timeout(50, TimeUnit.MILLISECONDS)
                    .build();
            assertThatThrownBy(() -> within(http.sendAsync(request, byte[].class)))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SocketTimeoutException.class);

            late.countDown();
            assertThat(ended.take()).returns(0, Reply.Completion::status);
            assertThat(started).hasValue(0);
        }
    }

    @Test
    void what_the_handler_throws_reaches_the_caller() {
        try (var client = client(request -> {
            throw new IllegalStateException("broken");
        })) {
            var http = client.getHttpClient();
            var request = http.newHttpRequestBuilder().uri(URL + "/").build();
            assertThatThrownBy(() -> within(http.sendAsync(request, byte[].class)))
                    .hasRootCauseMessage("broken");
        }
    }

    @Test
    void closing_the_client_ends_its_streams_and_refuses_requests() throws Exception {
        var client = client(request -> observed(new Reply.Stream(200, Headers.EMPTY, sink -> {})));
        var http = client.getHttpClient();
        var derived = http.newBuilder().build();
        var body = open(http, new Reader()).body();
        var stream = within(derived.sendAsync(
                        derived.newHttpRequestBuilder().uri(URL + "/").build(), InputStream.class))
                .body();
        client.close();

        assertThatThrownBy(() -> within(body.done())).hasRootCauseMessage("the kubernetes client is closed");
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
        assertThat(derived.isClosed()).isTrue();
        assertThat(ended.take()).returns(false, Reply.Completion::complete);
        assertThat(ended.take()).returns(false, Reply.Completion::complete);
        assertThatThrownBy(() -> within(http.sendAsync(
                        http.newHttpRequestBuilder().uri(URL + "/").build(), byte[].class)))
                .hasRootCauseMessage("the kubernetes client is closed");
    }
}
