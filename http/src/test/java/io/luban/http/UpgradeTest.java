package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpgradeTest {
    private static final String SPDY_ANSWER =
            "HTTP/1.1 101 Switching Protocols\r\nUPGRADE: SPDY/3.1\r\nX-Odd:  two  \r\nConnection: Upgrade\r\n\r\n";

    private final Servers servers = new Servers();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: upgrade", "Connection: upgrade\r\nUpgrade: "})
    void an_upgrade_to_nothing_is_a_plain_request(String fields) throws Exception {
        var seen = new CompletableFuture<String>();
        var upstream = servers.raw(socket -> {
            seen.complete(RawServer.readHead(socket.getInputStream()));
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));

        RawServer.write(socket, "GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n\r\n");

        assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
        assertThat(seen.get(30, TimeUnit.SECONDS)).doesNotContainIgnoringCase("upgrade");
    }

    @Test
    void a_tunnel_passes_bytes_exactly_with_any_method_and_early_bytes() throws Exception {
        var head = new CompletableFuture<String>();
        var upstream = servers.raw(socket -> {
            head.complete(RawServer.readHead(socket.getInputStream()));
            RawServer.write(socket, SPDY_ANSWER + "early");
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));

        RawServer.write(
                socket,
                "POST /exec?command=sh HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
                        + "SPDY/3.1\r\nX-Stream-Protocol-Version: v4\r\nContent-Length: 0\r\n\r\n");

        assertThat(RawServer.readHead(socket.getInputStream())).isEqualTo(SPDY_ANSWER);
        assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("early");
        assertThat(head.get())
                .startsWith("POST /exec?command=sh HTTP/1.1\r\n")
                .contains("Connection: Upgrade\r\n", "Upgrade: SPDY/3.1\r\n", "X-Stream-Protocol-Version: v4\r\n");
        var bytes = new byte[4 << 20];
        new Random(5).nextBytes(bytes);
        var writer = Thread.ofVirtual().start(() -> {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
        writer.join();
    }

    @Test
    void what_comes_behind_an_upgrade_goes_through_the_tunnel_and_is_no_request() throws Exception {
        var asked = new CopyOnWriteArrayList<String>();
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, SPDY_ANSWER);
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
        var server = servers.serve(request -> {
            asked.add(request.path());
            return Servers.forwardReply(request, upstream.upstream());
        });
        for (var early :
                List.of("early", "early\r\n\r\n", "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(300_000))) {
            var socket = servers.connect(server);

            RawServer.write(
                    socket,
                    "GET /first HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n" + early);

            assertThat(RawServer.readHead(socket.getInputStream())).isEqualTo(SPDY_ANSWER);
            assertThat(socket.getInputStream().readNBytes(early.length()))
                    .asString()
                    .isEqualTo(early);
            RawServer.write(socket, "later");
            assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("later");
            socket.close();
        }
        assertThat(asked).containsOnly("/first");
    }

    @Test
    void behind_an_upgrade_that_nobody_takes_comes_the_next_request() throws Exception {
        var server = servers.serve(request -> Reply.text(200, request.path()));
        var socket = servers.connect(server);

        var zero = "GET /zero HTTP/1.1\r\nHost: x\r\n\r\n";
        var first = "GET /first HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n";
        var second = "GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        RawServer.write(socket, zero + first + second);

        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .containsSubsequence("/zero", "/first", "/second");
    }

    @Test
    void a_tunnel_does_not_buffer_for_a_side_that_does_not_read() throws Exception {
        var written = new java.util.concurrent.atomic.AtomicLong();
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, SPDY_ANSWER);
            for (int i = 0; i < 256; i++) {
                socket.getOutputStream().write(new byte[1 << 20]);
                written.incrementAndGet();
            }
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));
        RawServer.write(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
        RawServer.readHead(socket.getInputStream());

        await().during(Duration.ofMillis(500)).until(() -> written.get() < 40);
        assertThat(socket.getInputStream().readNBytes(256 << 20)).hasSize(256 << 20);
    }

    @Test
    void closing_either_side_of_a_tunnel_closes_the_other() throws Exception {
        var upstreamGone = new CompletableFuture<Boolean>();
        var upstream = servers.raw(socket -> {
            var head = RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, SPDY_ANSWER);
            if (head.startsWith("GET /stay")) {
                upstreamGone.complete(socket.getInputStream().read() < 0);
            }
        });
        var completions = new CopyOnWriteArrayList<Reply.Completion>();
        var server = servers.serve(
                request -> new Reply.Observed(Servers.forwardReply(request, upstream.upstream()), completions::add));

        var left = tunnel(server, "/leave");
        assertThat(left.getInputStream().read()).isEqualTo(-1);
        var staying = tunnel(server, "/stay");
        staying.close();

        assertThat(upstreamGone.get(30, TimeUnit.SECONDS)).isTrue();
        await().until(() -> completions.size() == 2);
        assertThat(completions).extracting(Reply.Completion::status).containsOnly(101);
    }

    @Test
    void a_refused_upgrade_passes_the_whole_answer() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 403 Forbidden\r\nX-Why: rbac\r\nContent-Length: 9\r\n\r\nforbidden");
        });
        var socket = tunnelRequest(servers.forward(upstream.upstream()), "/");

        var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("rbac").endsWith("\r\n\r\nforbidden");
    }

    @Test
    void another_status_to_an_upgrade_is_502() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var socket = tunnelRequest(servers.forward(upstream.upstream()), "/");

        assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 502 ");
        assertThat(new String(socket.getInputStream().readNBytes(300), StandardCharsets.UTF_8))
                .contains("invalid upgrade response: status code 200");
    }

    @Test
    void a_websocket_is_spoken_with_the_chosen_sub_protocol() throws Exception {
        var server = servers.serve(request -> echo());

        verifyEcho(server);
    }

    @Test
    void a_websocket_passes_through_a_tunnel() throws Exception {
        var server = servers.serve(request -> echo());

        verifyEcho(servers.forward(Upstream.http("127.0.0.1", server.port())));
    }

    @Test
    void a_plain_request_is_refused_a_websocket() throws Exception {
        var server = servers.serve(request -> echo());

        var response = servers.send(java.net.http.HttpRequest.newBuilder(Servers.uri(server, "/")));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void a_message_that_is_too_long_closes_with_1009() throws Exception {
        var server = servers.serve(request -> echo());
        var listener = new Recorder();
        var socket = open(server, listener);

        var sent = socket.sendBinary(ByteBuffer.allocate(2 << 20), true);

        assertThat(listener.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1009);
        assertThat(sent.handle((done, failure) -> true)).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void a_stopping_server_says_goodbye_to_websockets() throws Exception {
        var server = servers.serve(request -> echo());
        var listener = new Recorder();
        open(server, listener);

        server.close();

        assertThat(listener.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1001);
    }

    private Reply echo() {
        return new Reply.WebSocket(Headers.of("Sec-WebSocket-Protocol", "chat.v1"), session -> {
            session.onMessage(message -> {
                var text = new String(message, StandardCharsets.UTF_8);
                if (text.equals("bye")) {
                    session.close(4001, "as you wish");
                } else if (text.startsWith("bin")) {
                    session.sendBinary(message);
                } else {
                    session.sendText(message);
                }
            });
        });
    }

    private void verifyEcho(HttpServer server) throws Exception {
        var listener = new Recorder();
        var socket = open(server, listener);
        assertThat(socket.getSubprotocol()).isEqualTo("chat.v1");
        var longText = "é".repeat(100_000);

        socket.sendText("hello", true).get(30, TimeUnit.SECONDS);
        socket.sendText("frag", false).get(30, TimeUnit.SECONDS);
        socket.sendText("mented", true).get(30, TimeUnit.SECONDS);
        socket.sendText(longText, true).get(30, TimeUnit.SECONDS);
        socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2})).get(30, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap("bin".getBytes(StandardCharsets.UTF_8)), true)
                .get(30, TimeUnit.SECONDS);
        socket.sendText("bye", true).get(30, TimeUnit.SECONDS);

        assertThat(listener.closed.get(30, TimeUnit.SECONDS)).isEqualTo(4001);
        assertThat(listener.received).containsExactly("hello", "fragmented", longText, "pong", "bin");
    }

    private WebSocket open(HttpServer server, WebSocket.Listener listener) throws Exception {
        return servers.client
                .newWebSocketBuilder()
                .subprotocols("chat.v2", "chat.v1")
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/"), listener)
                .get(30, TimeUnit.SECONDS);
    }

    private Socket tunnel(HttpServer server, String path) throws IOException {
        var socket = tunnelRequest(server, path);
        assertThat(RawServer.readHead(socket.getInputStream())).isEqualTo(SPDY_ANSWER);
        return socket;
    }

    private Socket tunnelRequest(HttpServer server, String path) throws IOException {
        var socket = servers.connect(server);
        RawServer.write(
                socket, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
        return socket;
    }

    private static final class Recorder implements WebSocket.Listener {
        private final List<String> received = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                received.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            received.add(StandardCharsets.UTF_8.decode(data).toString());
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            received.add("pong");
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedStage(null);
        }
    }
}
