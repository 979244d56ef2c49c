package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StrictnessTest {
    /** Short, but longer than a machine with other work holds a thread up between connecting and sending. */
    private static final Duration HEAD_IN_TIME = Duration.ofSeconds(1);

    private final Servers servers = new Servers();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void two_framings_at_once_are_400_and_close_the_connection() throws Exception {
        var answer = exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
                + "chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("smuggled");
    }

    @Test
    void contradicting_lengths_are_400() throws Exception {
        for (var lengths : List.of("3\r\nContent-Length: 4", "5\r\nContent-Length: 0x5", "+4", "4, 4", "-1")) {
            assertThat(exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + lengths + "\r\n\r\nabcd"))
                    .as(lengths)
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void a_malformed_request_line_is_400() throws Exception {
        for (var line : List.of(
                "GARBAGE",
                "GET nowhere HTTP/1.1",
                "GET / HTTP/1.1 extra",
                "GET /\u00e4 HTTP/1.1",
                "GET /a#b HTTP/1.1",
                "GET http:///a HTTP/1.1",
                "GET http://user@x/a HTTP/1.1")) {
            assertThat(exchange(line + "\r\nHost: x\r\n\r\n")).as(line).matches("(?s)HTTP/1.. 400 .*");
        }
    }

    @Test
    void another_version_is_505_and_a_later_minor_one_is_served() throws Exception {
        assertThat(exchange("GET / HTTP/2.0\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.0 505 ")
                .contains("\"reason\":\"HTTPVersionNotSupported\"");
        assertThat(exchange("GET / http/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.0 400 ");
        assertThat(exchange("GET / HTTP/1.2\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void a_header_block_over_the_limit_is_431_and_a_long_line_414() throws Exception {
        var header = "X: " + "a".repeat(2 << 20);
        var line = "GET /" + "a".repeat(70_000) + " HTTP/1.1";

        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(exchange(line + "\r\nHost: x\r\n\r\n")).matches("(?s)HTTP/1.. 414 .*");
    }

    @Test
    void nothing_behind_the_last_request_of_a_connection_is_a_request() throws Exception {
        var seen = new java.util.concurrent.ConcurrentLinkedQueue<String>();
        var server = servers.serve(request -> {
            seen.add(request.path());
            return Reply.text(200, "ok");
        });
        for (var last : List.of("Transfer-Encoding: gzip, chunked", "Connection: close", "Host: y")) {
            try (var socket = servers.connect(server)) {
                RawServer.write(
                        socket,
                        "POST /first HTTP/1.1\r\nHost: x\r\n" + last + "\r\n\r\n"
                                + "GET /behind HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .as(last)
                        .containsOnlyOnce("HTTP/1.1 ");
            }
        }
        assertThat(seen).containsExactly("/first");
    }

    @Test
    void a_client_that_goes_on_sending_sees_its_answer_and_is_let_go() throws Exception {
        var server = servers.serve(request -> Reply.text(403, "no"));
        try (var socket = servers.connect(server)) {
            RawServer.write(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
            var writer = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        RawServer.write(socket, "a".repeat(64 * 1024));
                    }
                } catch (java.io.IOException e) {
                    // let go
                    return;
                }
            });

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 403 ")
                    .endsWith("no");
            assertThat(writer.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: x\r\n: empty",
                "Host: x\r\nHost: y",
                "Host: x y",
                "Host: a/b",
                "X: no host",
                "Host: x\r\nTransfer-Encoding: gzip, chunked",
                "Host: x\r\nTransfer-Encoding: identity",
                "Host: x\r\nX: a\u0000b",
                "Host: x\r\nX: a\r\n b",
                "Host: x\r\nX: a\r\n\tX-Evil: b",
                "Host: x\r\nX: a\r\n ",
                "Host:\r\n x",
                " Host: x",
                "Host: x\r\nContent-Length: 3\r\n 0",
                "Host: x\r\nTransfer-Encoding:\r\n chunked",
                "Host: x\r\nX Y: a"
            })
    void header_blocks_that_can_be_read_in_two_ways_are_400_and_close_the_connection(String block) throws Exception {
        var answer = exchange("POST / HTTP/1.1\r\n" + block + "\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").doesNotContain("second");
    }

    @Test
    void what_looks_like_a_folded_line_is_welcome_in_a_body() throws Exception {
        var body = "a: b\r\n c\r\n\td\n e";
        var sized = "POST /sized HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        var chunked = "POST /chunked HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";

        assertThat(exchange(sized + chunked + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("/sized?", "/chunked?", "/last?")
                .doesNotContain(" 400 ");
    }

    @Test
    void a_folded_trailer_closes_the_connection() throws Exception {
        var head = "POST /chunked HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
        var next = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";

        assertThat(exchange(head + "X: a\r\n b\r\n\r\n" + next)).doesNotContain("second");
    }

    @Test
    void an_absolute_target_is_served_by_its_path_and_names_the_server() throws Exception {
        var server = servers.serve(
                request -> Reply.text(200, request.authority() + " " + request.rawPath() + " " + request.rawQuery()));
        try (var socket = servers.connect(server)) {
            RawServer.write(socket, "GET http://else.where:81/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .endsWith("else.where:81 /a b");
        }
    }

    @Test
    void a_broken_escape_in_the_path_is_400() throws Exception {
        assertThat(exchange("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void connections_without_a_request_are_closed_and_those_with_one_are_not() throws Exception {
        var d = Limits.DEFAULTS;
        var limits = new Limits(
                d.maxRequestLineBytes(),
                d.maxHeaderBytes(),
                HEAD_IN_TIME,
                Duration.ofMillis(200),
                d.bodyIdle(),
                d.drainTimeout(),
                Duration.ofSeconds(60),
                d.maxMessageBytes());
        var sink = new CompletableFuture<StreamSink>();
        var server = servers.serve(
                new ServerConfig("127.0.0.1", 0, Optional.empty(), limits),
                request -> request.path().equals("/watch")
                        ? new Reply.Stream(200, Headers.EMPTY, sink::complete)
                        : Reply.text(200, "x"));
        var watching = servers.connect(server);
        RawServer.write(watching, "GET /watch HTTP/1.1\r\nHost: x\r\n\r\n");
        var halfHead = servers.connect(server);
        RawServer.write(halfHead, "GET / HTTP/1.1\r\nHo");
        var idle = servers.connect(server);
        RawServer.write(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(halfHead.getInputStream().readAllBytes()).isEmpty();
        assertThat(idle.getInputStream().readAllBytes()).asString().endsWith("x");
        sink.get(30, TimeUnit.SECONDS).write("still".getBytes(StandardCharsets.UTF_8));
        RawServer.readHead(watching.getInputStream());
        assertThat(watching.getInputStream().readNBytes(8)).asString().endsWith("still");
    }

    @Test
    void a_head_that_stops_coming_closes_a_connection_that_was_used_before() throws Exception {
        var d = Limits.DEFAULTS;
        var limits = new Limits(
                d.maxRequestLineBytes(),
                d.maxHeaderBytes(),
                HEAD_IN_TIME,
                Duration.ofSeconds(60),
                d.bodyIdle(),
                d.drainTimeout(),
                d.writeTimeout(),
                d.maxMessageBytes());
        var server = servers.serve(
                new ServerConfig("127.0.0.1", 0, Optional.empty(), limits), request -> Reply.text(200, "x"));
        var silent = servers.connect(server);
        RawServer.write(silent, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        RawServer.readHead(silent.getInputStream());
        var halfHead = servers.connect(server);
        RawServer.write(halfHead, "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHo");

        assertThat(halfHead.getInputStream().readAllBytes()).asString().endsWith("x");
        RawServer.write(silent, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(silent.getInputStream().readNBytes(1)).asString().isEqualTo("x");
        assertThat(RawServer.readHead(silent.getInputStream())).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void clients_have_half_a_minute_for_a_head_and_two_minutes_between_requests() {
        assertThat(Limits.DEFAULTS.headerTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(Limits.DEFAULTS.keepAliveIdle()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void a_body_that_stops_coming_is_408() throws Exception {
        var d = Limits.DEFAULTS;
        var limits = new Limits(
                d.maxRequestLineBytes(),
                d.maxHeaderBytes(),
                d.headerTimeout(),
                d.keepAliveIdle(),
                Duration.ofMillis(100),
                d.drainTimeout(),
                Duration.ofSeconds(60),
                d.maxMessageBytes());
        var server = servers.serve(
                new ServerConfig("127.0.0.1", 0, Optional.empty(), limits),
                request -> new Reply.Content(200, Headers.EMPTY, request.body(100)));
        var socket = servers.connect(server);

        RawServer.write(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");

        assertThat(RawServer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 408 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/../b",
                "/..",
                "/a/.",
                "/%2e%2e/b",
                "/a/%2E/b",
                "/a%00b",
                "/%2",
                "/%zz",
                "/./x",
                "/a/..;/b",
                "/a/%2e%2e;x=1"
            })
    void dangerous_paths_are_refused(String rawPath) {
        assertThatThrownBy(() -> RequestPath.decodeStrictly(rawPath))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/b", "/a/...", "/.well-known/x", "/a..b/c.", "/", "//", "/..a/b", "/a;b/..."})
    void harmless_paths_pass(String rawPath) {
        assertThat(RequestPath.decodeStrictly(rawPath)).isEqualTo(rawPath);
    }

    @Test
    void a_path_is_decoded_once() {
        assertThat(RequestPath.decode("/%252F%C3%A9+x")).isEqualTo("/%2Fé+x");
    }

    @Test
    void query_parameters_keep_order_and_repetition_and_drop_what_is_broken() {
        var request = LocalRequest.of("get", "/p?a=1&b=x+y&a=%32&bad=%z&flag&=v", Headers.EMPTY);

        assertThat(request.queryParameters())
                .containsEntry("a", List.of("1", "2"))
                .containsEntry("b", List.of("x y"))
                .containsEntry("flag", List.of(""))
                .doesNotContainKey("bad");
        assertThat(request.method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/content?n=X&v=a%0d%0aEvil:1",
                "/content?n=X&v=a%0d%0a%20Evil:1",
                "/content?n=X&v=a%0aEvil:1",
                "/content?n=X:1%0d%0aEvil&v=1",
                "/stream?n=X&v=a%0d%0aEvil:1",
                "/stream?n=X&v=a%0d%0a%20Evil:1",
                "/socket?n=X&v=a%0d%0aEvil:1",
                "/socket?n=X:1%0d%0aEvil&v=1"
            })
    void a_handler_cannot_break_out_of_a_header(String target) throws Exception {
        var server = servers.serve(request -> {
            var headers =
                    Headers.of(request.query("n").orElse(""), request.query("v").orElse(""));
            return switch (request.path()) {
                case "/content" -> new Reply.Content(200, headers, new byte[0]);
                case "/stream" -> new Reply.Stream(200, headers, StreamSink::end);
                default -> new Reply.WebSocket(headers, session -> {});
            };
        });
        var socket = servers.connect(server);
        RawServer.write(
                socket,
                "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

        assertThat(RawServer.readHead(socket.getInputStream()))
                .startsWith("HTTP/1.1 500 ")
                .doesNotContain("Evil");
    }

    private String exchange(String bytes) throws Exception {
        var server = servers.serve(request -> {
            var path = request.path();
            return Reply.text(200, path + "?" + request.rawQuery());
        });
        try (var socket = servers.connect(server)) {
            var writer = Thread.ofVirtual().start(() -> {
                try {
                    RawServer.write(socket, bytes);
                } catch (java.io.IOException e) {
                    // The server may refuse before it has read all.
                    return;
                }
            });
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            writer.join();
            return answer;
        }
    }
}
