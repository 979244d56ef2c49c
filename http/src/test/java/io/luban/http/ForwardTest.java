package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForwardTest {
    private final Servers servers = new Servers();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void passes_the_request_and_the_answer_on() throws Exception {
        var head = new CompletableFuture<String>();
        var upstream = servers.raw(socket -> {
            head.complete(RawServer.readHead(socket.getInputStream()));
            RawServer.write(
                    socket,
                    "HTTP/1.1 203 Fine\r\nX-Up: 1\r\nConnection: X-Hop\r\nX-Hop: 2\r\nContent-Length: 4\r\n\r\nbody");
        });
        var server = servers.forward(upstream.upstream());

        var response = servers.send(HttpRequest.newBuilder(Servers.uri(server, "/a%2Fb?x=%25z&y=;"))
                .header("X-Forwarded-For", "1.2.3.4")
                .header("Authorization", "Bearer t")
                .header("Proxy-Authorization", "secret"));

        assertThat(response.statusCode()).isEqualTo(203);
        assertThat(response.body()).isEqualTo("body");
        assertThat(response.headers().firstValue("X-Up")).contains("1");
        assertThat(response.headers().firstValue("X-Hop")).isEmpty();
        assertThat(head.get(30, TimeUnit.SECONDS))
                .startsWith("GET /a%2Fb?x=%25z&y=; HTTP/1.1\r\n")
                .contains("Host: 127.0.0.1:" + upstream.port() + "\r\n", "Authorization: Bearer t\r\n")
                .contains("X-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n")
                .doesNotContainIgnoringCase("proxy-authorization")
                .doesNotContainIgnoringCase("\r\nConnection:");
    }

    @Test
    void values_that_are_not_ascii_pass_both_ways_byte_by_byte() throws Exception {
        var upstream = servers.raw(socket -> {
            var head = RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n");
            RawServer.write(
                    socket,
                    head.lines()
                                    .filter(line -> line.startsWith("X-"))
                                    .findFirst()
                                    .orElse("") + "\r\n\r\n");
            RawServer.write(socket, "0\r\nX-End: \u00fcber\r\n\r\n");
        });
        var server = servers.forward(upstream.upstream());

        try (var socket = servers.connect(server)) {
            // once in ISO 8859-1 and once in UTF-8, whose bytes are two such characters
            RawServer.write(
                    socket,
                    "GET / HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nX-Name: M\u00fcller M\u00c3\u00bcller\r\n\r\n");
            assertThat(RawServer.readHead(socket.getInputStream()))
                    .contains("\r\nX-Name: M\u00fcller M\u00c3\u00bcller\r\n");
            assertThat(RawServer.readHead(socket.getInputStream())).contains("X-End: \u00fcber\r\n");
        }
    }

    @Test
    void a_client_that_closes_its_direction_gets_the_answers_to_what_it_sent_before() throws Exception {
        var upstream = servers.raw(socket -> {
            while (true) {
                RawServer.readHead(socket.getInputStream());
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        var server = servers.forward(upstream.upstream());
        // who has closed its direction waits half a second, in which a connection to the upstream must not be new
        servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")));

        try (var socket = servers.connect(server)) {
            RawServer.write(socket, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .matches("(?s)HTTP/1.1 200 .*ok" + "HTTP/1.1 200 .*ok");
        }
    }

    @Test
    void reuses_connections() throws Exception {
        var upstream = servers.raw(socket -> {
            while (true) {
                RawServer.readHead(socket.getInputStream());
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        var server = servers.forward(upstream.upstream());

        // one connection of one client, hence one event loop
        try (var socket = servers.connect(server)) {
            for (int i = 0; i < 50; i++) {
                RawServer.write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
                assertThat(socket.getInputStream().readNBytes(2)).asString().isEqualTo("ok");
            }
        }

        assertThat(upstream.accepted()).isEqualTo(1);
    }

    @Test
    void big_bodies_pass_both_ways_with_and_without_a_length() throws Exception {
        var echo = servers.serve(request -> new Reply.Content(200, Headers.EMPTY, request.body(64 << 20)));
        var server = servers.forward(Upstream.http("127.0.0.1", echo.port()));
        var bytes = new byte[16 << 20];
        new Random(3).nextBytes(bytes);

        var sized = servers.client.send(
                HttpRequest.newBuilder(Servers.uri(server, "/"))
                        .POST(BodyPublishers.ofByteArray(bytes))
                        .build(),
                BodyHandlers.ofByteArray());
        var chunked = servers.client.send(
                HttpRequest.newBuilder(Servers.uri(server, "/"))
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(sized.body()).isEqualTo(bytes);
        assertThat(chunked.body()).isEqualTo(bytes);
    }

    @Test
    void a_body_that_a_handler_has_read_is_sent_along() throws Exception {
        var echo = servers.serve(request -> new Reply.Content(200, Headers.EMPTY, request.body(1000)));
        var upstream = Upstream.http("127.0.0.1", echo.port());
        var server = servers.serve(request -> {
            assertThat(request.body(1000)).hasSize(5);
            return Servers.forwardReply(request, upstream);
        });

        var response =
                servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")).POST(BodyPublishers.ofString("hello")));

        assertThat(response.body()).isEqualTo("hello");
    }

    @Test
    void a_slow_reader_holds_the_upstream_back() throws Exception {
        var sink = new CompletableFuture<StreamSink>();
        var producer = servers.serve(request -> new Reply.Stream(200, Headers.EMPTY, sink::complete));
        var server = servers.forward(Upstream.http("127.0.0.1", producer.port()));

        var response = servers.client.send(
                HttpRequest.newBuilder(Servers.uri(server, "/")).build(), BodyHandlers.ofInputStream());
        var stream = sink.get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 64; i++) {
            stream.write(new byte[1 << 20]);
        }

        await().during(Duration.ofMillis(300)).until(() -> stream.pendingBytes() > 20 << 20);
        stream.end();
        assertThat(response.body().readAllBytes()).hasSize(64 << 20);
    }

    @Test
    void each_chunk_of_an_unbounded_answer_arrives_at_once() throws Exception {
        var sink = new CompletableFuture<StreamSink>();
        var producer = servers.serve(request -> new Reply.Stream(200, Headers.EMPTY, sink::complete));
        var server = servers.forward(Upstream.http("127.0.0.1", producer.port()));

        var response = servers.client.send(
                HttpRequest.newBuilder(Servers.uri(server, "/")).build(), BodyHandlers.ofInputStream());
        var stream = sink.get(30, TimeUnit.SECONDS);
        for (var word : List.of("one", "two")) {
            stream.write(word.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(response.body().readNBytes(3)).asString().isEqualTo(word);
        }
        stream.end();

        assertThat(response.body().read()).isEqualTo(-1);
    }

    @Test
    void an_upstream_that_cannot_be_reached_is_502() throws Exception {
        // bound, so that nobody else gets the port, but not listening
        try (var bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = bound.getLocalPort();
            var server = servers.forward(Upstream.http("127.0.0.1", port));

            var response = servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body())
                    .startsWith("{\"kind\":\"Status\"")
                    .contains("\"ErrStatus\":{\"kind\":\"Status\"", "127.0.0.1:" + port, "Bad Gateway");
        }
    }

    @Test
    void nonsense_instead_of_http_is_502() throws Exception {
        var answers = List.of(
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nbroken line\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n",
                "");
        var next = new java.util.concurrent.atomic.AtomicInteger();
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, answers.get(next.getAndIncrement()));
        });
        var server = servers.forward(upstream.upstream());

        for (var answer : answers) {
            var response = servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")));
            assertThat(response.statusCode()).as(answer).isEqualTo(502);
        }
    }

    @Test
    void an_upstream_that_dies_within_the_body_breaks_the_client_too() throws Exception {
        for (var framing : List.of("Content-Length: 100", "Transfer-Encoding: chunked")) {
            var upstream = servers.raw(socket -> {
                RawServer.readHead(socket.getInputStream());
                RawServer.write(socket, "HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n5\r\nhalf ");
            });
            var server = servers.forward(upstream.upstream());

            assertThatThrownBy(() -> servers.send(HttpRequest.newBuilder(Servers.uri(server, "/"))))
                    .as(framing)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_client_of_http_1_0_does_not_take_half_a_body_for_the_whole() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf ");
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));

        RawServer.write(socket, "GET / HTTP/1.0\r\nHost: x\r\n\r\n");

        assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void a_body_that_ends_with_the_connection_is_complete() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.0 200 OK\r\n\r\nall of it");
        });
        var server = servers.forward(upstream.upstream());

        assertThat(servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")))
                        .body())
                .isEqualTo("all of it");
    }

    @Test
    void no_answer_in_time_is_504() throws Exception {
        var upstream = servers.raw(socket -> socket.getInputStream().readAllBytes());
        var server = servers.serve(request -> new Reply.Forward(
                new ForwardTarget(upstream.upstream(), "GET", "/", Headers.EMPTY, Duration.ofMillis(100))));

        assertThat(servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")))
                        .statusCode())
                .isEqualTo(504);
    }

    @Test
    void a_client_that_leaves_cancels_the_upstream() throws Exception {
        var left = new CompletableFuture<Boolean>();
        var completion = new CompletableFuture<Reply.Completion>();
        var producer = servers.serve(
                request -> new Reply.Stream(200, Headers.EMPTY, sink -> sink.onClose(() -> left.complete(true))));
        var upstream = Upstream.http("127.0.0.1", producer.port());
        var server = servers.serve(
                request -> new Reply.Observed(Servers.forwardReply(request, upstream), completion::complete));

        var response = servers.client.send(
                HttpRequest.newBuilder(Servers.uri(server, "/")).build(), BodyHandlers.ofInputStream());
        response.body().close();

        assertThat(left.get(30, TimeUnit.SECONDS)).isTrue();
        var ended = completion.get(30, TimeUnit.SECONDS);
        assertThat(ended.status()).isEqualTo(200);
        assertThat(ended.complete()).isFalse();
    }

    @Test
    void a_connection_that_the_upstream_closed_while_idle_is_replaced() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            RawServer.readHead(socket.getInputStream());
        });
        var server = servers.forward(upstream.upstream());

        for (int i = 0; i < 4; i++) {
            assertThat(servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")))
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void head_and_not_modified_have_no_body() throws Exception {
        var upstream = servers.raw(socket -> {
            while (true) {
                var head = RawServer.readHead(socket.getInputStream());
                RawServer.write(
                        socket,
                        head.startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
                                : "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
            }
        });
        var server = servers.forward(upstream.upstream());

        var head =
                servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")).method("HEAD", BodyPublishers.noBody()));
        var unchanged = servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")));

        assertThat(head.headers().firstValue("Content-Length")).contains("1234");
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.headers().firstValue("ETag")).contains("\"x\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\n|hello|12345",
                "Transfer-Encoding: chunked\r\n\r\n|5\r\nhello\r\n|0\r\n\r\n"
            })
    void a_body_that_comes_for_a_head_never_reaches_the_client(String answer) throws Exception {
        var parts = answer.split("\\|", -1);
        var headSeen = new Semaphore(0);
        var upstream = servers.raw(socket -> {
            while (true) {
                assertThat(RawServer.readHead(socket.getInputStream())).startsWith("GET ");
                RawServer.write(socket, "HTTP/1.1 200 OK\r\n" + parts[0]);
                headSeen.acquireUninterruptibly();
                RawServer.write(socket, parts[1]);
                RawServer.write(socket, parts[2]);
            }
        });
        var server = servers.serve(request -> new Reply.Forward(new ForwardTarget(
                upstream.upstream(), "GET", request.rawPath(), request.headers(), Duration.ofSeconds(30))));
        var socket = servers.connect(server);

        for (int i = 0; i < 3; i++) {
            RawServer.write(socket, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
            headSeen.release();
        }
    }

    @Test
    void many_watches_do_not_keep_short_requests_waiting() throws Exception {
        var sinks = new CopyOnWriteArrayList<StreamSink>();
        var producer = servers.serve(request -> request.path().equals("/watch")
                ? new Reply.Stream(200, Headers.EMPTY, sinks::add)
                : Reply.text(200, "short"));
        var server = servers.forward(Upstream.http("127.0.0.1", producer.port()));
        var watches = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < 400; i++) {
            watches.add(servers.client.sendAsync(
                    HttpRequest.newBuilder(Servers.uri(server, "/watch")).build(), BodyHandlers.ofInputStream()));
        }
        CompletableFuture.allOf(watches.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")))
                        .body())
                .isEqualTo("short");
        // the head goes out before the stream begins
        await().untilAsserted(() -> assertThat(sinks).hasSize(400));
    }

    @Test
    void interim_answers_and_trailers_are_passed_on() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            for (var interim : List.of("102 Processing", "103 Early Hints")) {
                RawServer.write(
                        socket,
                        "HTTP/1.1 " + interim + "\r\nLink: </\u00e4.css>\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n");
            }
            RawServer.write(
                    socket,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nX-Sum: 7\r\nX-Sum: 8\r\n\r\n");
            RawServer.readHead(socket.getInputStream());
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));

        RawServer.write(socket, "GET / HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n");

        for (var interim : List.of("HTTP/1.1 102 ", "HTTP/1.1 103 ")) {
            assertThat(RawServer.readHead(socket.getInputStream()))
                    .startsWith(interim)
                    .contains("</\u00e4.css>")
                    .doesNotContainIgnoringCase("X-Hop");
        }
        assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
        assertThat(RawServer.readHead(socket.getInputStream()))
                .startsWith("2\r\nhi\r\n0\r\n")
                .containsIgnoringCase("x-sum: 7\r\nx-sum: 8\r\n");
    }

    @Test
    void a_client_that_waits_for_a_go_ahead_gets_it() throws Exception {
        var echo = servers.serve(request -> new Reply.Content(200, Headers.EMPTY, request.body(100)));
        var server = servers.forward(Upstream.http("127.0.0.1", echo.port()));
        for (var target : List.of(echo, server)) {
            var socket = servers.connect(target);
            RawServer.write(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 100 ");
            RawServer.write(socket, "ok");
            assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
            assertThat(socket.getInputStream().readNBytes(2)).asString().isEqualTo("ok");
        }
    }

    @Test
    void an_answer_before_the_body_was_sent_leaves_nobody_waiting() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
            // closing with bytes unread would reset the connection and may take the answer with it
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
        var server = servers.forward(upstream.upstream());

        var response = servers.send(
                HttpRequest.newBuilder(Servers.uri(server, "/")).POST(BodyPublishers.ofByteArray(new byte[3 << 20])));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("big");
    }

    @Test
    void edits_reach_forwarded_answers_and_failures() throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n\r\n");
        });
        var nobody = Upstream.http("127.0.0.1", 1);
        var server = servers.serve(request -> new Reply.Edited(
                Servers.forwardReply(request, request.path().equals("/up") ? upstream.upstream() : nobody),
                headers -> headers.without("Server").with("X-Edited", "yes")));

        for (var path : Arrays.asList("/up", "/down")) {
            var response = servers.send(HttpRequest.newBuilder(Servers.uri(server, path)));
            assertThat(response.headers().firstValue("X-Edited")).contains("yes");
            assertThat(response.headers().firstValue("Server")).isEmpty();
        }
    }
}
