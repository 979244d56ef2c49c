package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.apiserver.backend.BackendProcess;
import io.luban.apiserver.backend.Pattern;
import io.luban.apiserver.backend.TestAuthority;
import io.luban.http.ForwardTarget;
import io.luban.http.Handler;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.Reply;
import io.luban.http.ServerConfig;
import io.luban.http.Upstream;
import io.luban.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Much data, slow peers, connections that end halfway, and many of them at a time. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class BodiesAndConnectionsIT {
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;
    private static final int WEBSOCKETS = Integer.getInteger("luban.websockets", 1000);
    private static GatewayRig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        rig.proxy("p");
        rig.proxy("impatient", "upstream: {url: BACKEND, timeout: 300ms}");
        rig.settle();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest(name = "10 MB to the backend, {0}")
    @ValueSource(strings = {"Content-Length: 10485760", "Transfer-Encoding: chunked"})
    void a_large_request_arrives_whole(String framing) throws IOException {
        try (var wire = rig.connect()) {
            wire.send(Wire.head("POST /proxy/p/large", rig.bearer(), framing));
            for (int at = 0; at < TEN_MEGABYTES; at += 65536) {
                var data = Pattern.bytes(at, 65536);
                if (framing.startsWith("T")) {
                    wire.send("10000\r\n").send(data).send("\r\n");
                } else {
                    wire.send(data);
                }
            }
            wire.send(framing.startsWith("T") ? "0\r\n\r\n" : "");
            assertThat(wire.read().seen().body()).isEqualTo(TEN_MEGABYTES + " " + Pattern.digest(TEN_MEGABYTES));
        }
    }

    @ParameterizedTest(name = "10 MB to the client, {0}")
    @ValueSource(strings = {"Content-Length: 10485760", "Connection: close"})
    void a_large_answer_arrives_whole(String framing) throws IOException {
        var answer = rig.ask(
                "GET /proxy/p/large",
                script("read", raw("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n"), "flood:" + TEN_MEGABYTES, "close"));
        assertThat(answer.body()).isEqualTo(Pattern.bytes(0, TEN_MEGABYTES));
    }

    @Test
    void a_client_that_reads_slowly_holds_the_backend_back() throws IOException {
        int much = 64 * 1024 * 1024;
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                    "GET /proxy/p/slow",
                    rig.bearer(),
                    script(
                            "read",
                            raw("HTTP/1.1 200 OK\r\nContent-Length: " + much + "\r\n\r\n"),
                            "flood:" + much,
                            "mark:sent-all")));
            wire.readHead();
            await().during(Duration.ofMillis(500))
                    .until(() -> !rig.backend.journal().contains("sent-all"));
            assertThat(wire.exactly(much)).isEqualTo(Pattern.bytes(0, much));
        }
        await().until(() -> rig.backend.journal().contains("sent-all"));
    }

    @Test
    void a_backend_that_reads_slowly_holds_the_client_back() throws Exception {
        int much = 64 * 1024 * 1024;
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                    "POST /proxy/p/x",
                    rig.bearer(),
                    "Content-Length: " + much,
                    script("gate:read-on", "read", "tell")));
            var sender = CompletableFuture.runAsync(() -> {
                try {
                    Pattern.write(wire.output(), much);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            await().during(Duration.ofMillis(500)).until(() -> !sender.isDone());
            rig.backend.open("read-on");
            assertThat(wire.read().seen().body()).isEqualTo(much + " " + Pattern.digest(much));
        }
    }

    @Test
    void a_client_that_ends_its_side_within_a_body_takes_the_upstream_request_with_it() throws IOException {
        try (var wire = rig.connect()) {
            wire.send(Wire.head("POST /proxy/p/half", rig.bearer(), "Content-Length: 10", script("stay")) + "abc");
            await().until(() -> rig.backend.journal().contains("request POST /proxy/p/half HTTP/1.1"));
            wire.socket.shutdownOutput();
            assertThat(wire.isEnded()).isTrue();
        }
        await().until(() -> rig.backend.journal().contains("left /proxy/p/half"));
    }

    @Test
    void a_request_of_http_2_that_ends_with_its_head_has_no_body_for_the_backend_either() throws Exception {
        var authority = new TestAuthority("h2");
        var upstream = Upstream.http("127.0.0.1", rig.backend.port());
        var config = new ServerConfig("127.0.0.1", 0, Optional.of(authority.identity("localhost")), Limits.DEFAULTS);
        Handler onwards = request -> new Reply.Forward(new ForwardTarget(
                upstream, request.method(), request.rawPath(), request.headers(), Duration.ofSeconds(20)));
        try (var server = HttpServer.start(rig.gateway.runtime, config, request -> Optional.empty(), onwards);
                var client =
                        HttpClient.newBuilder().sslContext(authority.trusting()).build()) {
            var uri = URI.create("https://localhost:" + server.port() + "/x");
            var bare = client.send(HttpRequest.newBuilder(uri).DELETE().build(), BodyHandlers.ofString());
            var full = client.send(
                    HttpRequest.newBuilder(uri)
                            .method("DELETE", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3])))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(bare.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(new Wire.Seen(bare.body()).all("Transfer-Encoding")).isEmpty();
            assertThat(new Wire.Seen(bare.body()).all("Content-Length")).isEmpty();
            assertThat(new Wire.Seen(full.body()).all("Transfer-Encoding")).containsExactly("chunked");
            assertThat(new Wire.Seen(full.body()).body()).startsWith("3 ");
        }
    }

    @Test
    void a_backend_that_ends_its_side_after_its_answer_has_answered() throws IOException {
        var answer = rig.ask(
                "POST /proxy/p/x",
                "Content-Length: 0",
                script(raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), "half", "stay"));
        assertThat(answer.text()).isEqualTo("ok");
    }

    @Test
    void a_backend_that_ends_its_side_before_its_answer_is_an_error() throws IOException {
        assertThat(rig.ask("POST /proxy/p/x", "Content-Length: 0", script("read", "half", "stay"))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void a_backend_that_is_killed_while_it_answers_cuts_the_client_off() throws Exception {
        try (var mortal = BackendProcess.start()) {
            rig.proxy("mortal", "upstream: {url: 'http://127.0.0.1:%d'}".formatted(mortal.port()));
            rig.settle();
            try (var wire = rig.connect();
                    var tunnel = rig.connect()) {
                wire.send(Wire.head(
                        "GET /proxy/mortal/x",
                        rig.bearer(),
                        script(
                                "read",
                                raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"),
                                "stay")));
                wire.readHead();
                assertThat(wire.chunk()).containsExactly('a');
                tunnel.send(Wire.head(
                        "GET /proxy/mortal/x",
                        rig.bearer(),
                        "Connection: Upgrade",
                        "Upgrade: x",
                        script(raw("HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"), "stay")));
                assertThat(tunnel.readHead()).startsWith("HTTP/1.1 101 ");
                mortal.kill();
                assertThatThrownBy(wire::chunk).isInstanceOf(IOException.class);
                assertThat(tunnel.isEnded()).isTrue();
            }
            assertThat(rig.ask("GET /proxy/mortal/x").status()).isEqualTo(502);
        }
    }

    @Test
    void a_backend_that_never_answers_is_given_up_after_the_upstream_timeout() throws IOException {
        // on a busy machine the time may be over before the backend has heard of the request
        await().until(() -> {
            var answer = rig.ask("GET /proxy/impatient/never", script("read", "stay"));
            assertThat(answer.status()).isEqualTo(504);
            assertThat(Json.parse(answer.body()).path("reason").asText()).isEqualTo("Timeout");
            return rig.backend.journal().contains("left /proxy/impatient/never");
        });
    }

    @Test
    void an_answer_with_a_header_block_of_more_than_a_mebibyte_is_an_error() throws IOException {
        var answer = rig.ask("GET /proxy/p/x", script("read", raw("HTTP/1.1 200 OK\r\nX-Big: "), "flood:2000000"));
        assertThat(answer.status()).isEqualTo(502);
    }

    @ParameterizedTest(name = "502 for \"{0}\"")
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 99 X\r\n\r\n",
                "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n"
            })
    void an_answer_that_is_no_http_is_an_error(String answer) throws IOException {
        assertThat(rig.ask("GET /proxy/p/x", script("read", raw(answer), "close"))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void many_websockets_echo_at_the_same_time() throws Exception {
        var uri = URI.create("ws://127.0.0.1:" + rig.gateway.port() + "/proxy/p/ws");
        var echoes = new ArrayList<CompletableFuture<String>>();
        try (var http = HttpClient.newHttpClient()) {
            var opening = new ArrayList<CompletableFuture<WebSocket>>();
            for (int i = 0; i < WEBSOCKETS; i++) {
                var echo = new CompletableFuture<String>();
                echoes.add(echo);
                opening.add(http.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + rig.admin)
                        .header("X-Script", "ws")
                        .buildAsync(uri, new Echo(echo)));
                if (i % 100 == 99) {
                    opening.getLast().get(30, TimeUnit.SECONDS);
                }
            }
            var sockets = new ArrayList<WebSocket>();
            for (var socket : opening) {
                sockets.add(socket.get(30, TimeUnit.SECONDS));
            }
            for (int i = 0; i < WEBSOCKETS; i++) {
                sockets.get(i).sendText("message " + i, true).get(30, TimeUnit.SECONDS);
            }
            for (int i = 0; i < WEBSOCKETS; i++) {
                assertThat(echoes.get(i).get(30, TimeUnit.SECONDS)).isEqualTo("message " + i);
            }
            sockets.forEach(WebSocket::abort);
        }
    }

    private record Echo(CompletableFuture<String> echo) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            echo.complete(data.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(data);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            echo.completeExceptionally(error);
        }
    }
}
