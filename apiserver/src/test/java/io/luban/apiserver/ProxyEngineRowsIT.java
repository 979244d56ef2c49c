package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway does to plain requests on their way to a backend and to the answers on their way back. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class ProxyEngineRowsIT {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static GatewayRig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        rig.proxy("p");
        rig.proxy("based", "upstream: {url: BACKEND/base/}");
        rig.proxy("strip", "matcher: {path: /proxy/strip*}", "directives: {stripPathPrefix: /proxy/strip}");
        rig.proxy("stripped", "matcher: {path: /proxy/cut/*}", "directives: {stripPathPrefix: /proxy/cut/}");
        rig.proxy("gone", "upstream: {url: 'http://127.0.0.1:%d'}".formatted(ClosedPort.number()));
        rig.proxy("tls", "upstream: {url: 'https://127.0.0.1:%d'}".formatted(rig.backend.port()));
        rig.settle();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"requests", "hopByHop", "answers", "streams", "ends"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    private static Wire.Seen seen(String requestLine, String... fields) throws IOException {
        return rig.ask(requestLine, fields).seen();
    }

    static Stream<Row> requests() {
        return Stream.of(
                new Row("client headers go upstream unchanged, in spelling, order and number", () -> {
                    var seen = seen(
                            "GET /proxy/p/x", "X-cAsE: a,  b", "X-Dup: 1", "x-dup: 2", "X-Empty:", "Cookie: a=b; c");
                    assertThat(seen.text())
                            .contains(
                                    "X-cAsE: a,  b\r\nX-Dup: 1\r\nx-dup: 2\r\n", "\r\nX-Empty:", "Cookie: a=b; c\r\n");
                }),
                new Row("query is forwarded byte for byte", () -> {
                    var query = "?b=2&a=1&x;y&bad=%zz&e=%2F&&c=a+b&=&%41";
                    assertThat(seen("GET /proxy/p/x" + query).target()).isEqualTo("/proxy/p/x" + query);
                }),
                new Row(
                        "path keeps its encoding",
                        () -> assertThat(seen("GET /proxy/p/a%2Fb%20c/~%7e//d;v=1/%C3%A9")
                                        .target())
                                .isEqualTo("/proxy/p/a%2Fb%20c/~%7e//d;v=1/%C3%A9")),
                new Row(
                        "Host is the upstream's host and port",
                        () -> assertThat(seen("GET /proxy/p/x").all("Host"))
                                .containsExactly("127.0.0.1:" + rig.backend.port())),
                new Row(
                        "X-Forwarded-For gets the peer appended",
                        () -> assertThat(seen("GET /proxy/p/x", "X-Forwarded-For: 1.2.3.4, 5.6.7.8")
                                        .all("X-Forwarded-For"))
                                .containsExactly("1.2.3.4, 5.6.7.8, 127.0.0.1")),
                new Row(
                        "X-Forwarded-For names the peer when there was none",
                        () -> assertThat(seen("GET /proxy/p/x").all("X-Forwarded-For"))
                                .containsExactly("127.0.0.1")),
                new Row(
                        "User-Agent stays",
                        () -> assertThat(seen("GET /proxy/p/x", "User-Agent: me/1")
                                        .all("User-Agent"))
                                .containsExactly("me/1")),
                new Row("User-Agent and Accept-Encoding are not invented", () -> {
                    var seen = seen("GET /proxy/p/x");
                    assertThat(seen.all("User-Agent")).isEmpty();
                    assertThat(seen.all("Accept-Encoding")).isEmpty();
                    assertThat(seen.all("Content-Length")).isEmpty();
                    assertThat(seen.all("Transfer-Encoding")).isEmpty();
                }),
                new Row("trailing slash of the request stays behind a path of the upstream", () -> {
                    assertThat(seen("GET /proxy/based/x/").target()).isEqualTo("/base/proxy/based/x/");
                    assertThat(seen("GET /proxy/based/x").target()).isEqualTo("/base/proxy/based/x");
                }),
                new Row("empty upstream path and GET: 301 to the client's path with a slash and its query", () -> {
                    var answer = rig.ask("GET /proxy/strip?a=1&b");
                    assertThat(answer.status()).isEqualTo(301);
                    assertThat(answer.field("Location")).isEqualTo("/proxy/strip/?a=1&b");
                    assertThat(rig.ask("GET /clusters/host/proxy/strip?a=1").field("Location"))
                            .isEqualTo("/clusters/host/proxy/strip/?a=1");
                }),
                new Row("empty upstream path and HEAD: 301 too", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head("HEAD /proxy/strip", rig.bearer()));
                        assertThat(wire.readHead()).startsWith("HTTP/1.1 301 ").contains("/proxy/strip/\r\n");
                    }
                }),
                new Row(
                        "empty upstream path and POST: sent to the root",
                        () -> assertThat(seen("POST /proxy/strip", "Content-Length: 0")
                                        .line())
                                .isEqualTo("POST / HTTP/1.1")),
                new Row(
                        "a path that ends in a slash is never redirected to one with two",
                        () -> assertThat(seen("GET /proxy/cut/").target()).isEqualTo("/")),
                new Row("trailers of a request go upstream", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(
                                Wire.head("POST /proxy/p/x", rig.bearer(), "Transfer-Encoding: chunked", "TE: trailers")
                                        + "3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n");
                        var seen = wire.read().seen();
                        assertThat(seen.text()).contains("\r\n\r\nX-Sum: 7\r\n");
                        assertThat(seen.body()).startsWith("3 ");
                    }
                }));
    }

    static Stream<Row> hopByHop() {
        var removed = Stream.of(
                        "Keep-Alive: 5",
                        "Proxy-Connection: keep-alive",
                        "Proxy-Authenticate: x",
                        "Proxy-Authorization: Basic eDp5",
                        "TE: gzip",
                        "Trailer: X-T",
                        "Upgrade: foo/2")
                .map(field -> new Row(field + " stays here", () -> {
                    var name = field.substring(0, field.indexOf(':'));
                    assertThat(seen("GET /proxy/p/x", field).all(name)).isEmpty();
                    var answer = rig.ask(
                            "GET /proxy/p/x", script("read", raw(OK + field + "\r\nContent-Length: 0\r\n\r\n")));
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.all(name)).isEmpty();
                }));
        return Stream.concat(
                removed,
                Stream.of(
                        new Row("Connection and what it names stay here", () -> {
                            var seen = seen(
                                    "GET /proxy/p/x", "Connection: keep-alive, X-Named", "X-Named: 1", "X-Other: 2");
                            assertThat(seen.all("Connection")).isEmpty();
                            assertThat(seen.all("X-Named")).isEmpty();
                            assertThat(seen.all("X-Other")).containsExactly("2");
                        }),
                        new Row("Connection and what it names stay with the upstream", () -> {
                            var answer = rig.ask(
                                    "GET /proxy/p/x",
                                    script(
                                            "read",
                                            raw(
                                                    OK
                                                            + "Connection: X-Named\r\nX-Named: 1\r\nX-Other: 2\r\nContent-Length: 0\r\n\r\n")));
                            assertThat(answer.all("X-Named")).isEmpty();
                            assertThat(answer.all("X-Other")).containsExactly("2");
                        }),
                        new Row("TE: trailers goes on, alone or among others", () -> {
                            assertThat(seen("GET /proxy/p/x", "TE: trailers").all("TE"))
                                    .containsExactly("trailers");
                            assertThat(seen("GET /proxy/p/x", "TE: gzip, trailers")
                                            .all("TE"))
                                    .containsExactly("trailers");
                        })));
    }

    static Stream<Row> answers() {
        return Stream.of(
                new Row("upstream headers come back unchanged", () -> {
                    var answer = rig.ask(
                            "GET /proxy/p/x",
                            script(
                                    "read",
                                    raw("HTTP/1.1 299 Odd\r\nX-cAsE: a,  b\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
                                            + "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n")));
                    assertThat(answer.status()).isEqualTo(299);
                    assertThat(answer.head()).contains("X-cAsE: a,  b\r\n");
                    assertThat(answer.all("Set-Cookie")).containsExactly("a=1", "b=2");
                    assertThat(answer.all("Date")).containsExactly("Thu, 01 Jan 1970 00:00:00 GMT");
                }),
                new Row("Content-Encoding passes untouched", () -> {
                    var answer = rig.ask(
                            "GET /proxy/p/x",
                            "Accept-Encoding: zz, gzip;q=0",
                            script(
                                    "read",
                                    raw(
                                            OK
                                                    + "Content-Encoding: zz\r\nContent-Length: 4\r\n\r\n\u0000\u00ff\u001f\u008b")));
                    assertThat(answer.field("Content-Encoding")).isEqualTo("zz");
                    assertThat(answer.body()).containsExactly(0, 0xff, 0x1f, 0x8b);
                }),
                new Row("redirects are passed on, not followed", () -> {
                    var answer = rig.ask(
                            "GET /proxy/p/x",
                            script(
                                    "read",
                                    raw("HTTP/1.1 302 Found\r\nLocation: /login?x=1\r\nContent-Length: 0\r\n\r\n")));
                    assertThat(answer.status()).isEqualTo(302);
                    assertThat(answer.field("Location")).isEqualTo("/login?x=1");
                }),
                new Row("answers to HEAD keep their length and have no body", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head("HEAD /proxy/p/x", rig.bearer()));
                        assertThat(wire.readHead()).containsPattern("(?i)content-length: [1-9]");
                        wire.send(Wire.head("GET /proxy/p/second", rig.bearer()));
                        assertThat(wire.read().seen().target()).isEqualTo("/proxy/p/second");
                    }
                }),
                new Row("204 and 304 have no body and leave the connection usable", () -> {
                    try (var wire = rig.connect()) {
                        for (var status : new String[] {"204 No Content", "304 Not Modified"}) {
                            wire.send(Wire.head(
                                    "GET /proxy/p/x",
                                    rig.bearer(),
                                    script("read", raw("HTTP/1.1 " + status + "\r\nETag: \"a\"\r\n\r\n"))));
                            var answer = wire.read();
                            assertThat(answer.head()).startsWith("HTTP/1.1 " + status);
                            assertThat(answer.field("ETag")).isEqualTo("\"a\"");
                        }
                    }
                }),
                new Row("an answer without a length that ends with the connection is complete", () -> {
                    var answer =
                            rig.ask("GET /proxy/p/x", script("read", raw("HTTP/1.0 200 OK\r\n\r\nall of it"), "close"));
                    assertThat(answer.text()).isEqualTo("all of it");
                }),
                new Row("100, 102 and 103 are forwarded", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/p/x",
                                rig.bearer(),
                                script(
                                        "read",
                                        raw("HTTP/1.1 102 Processing\r\n\r\n"),
                                        raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
                                        "tell")));
                        assertThat(wire.readHead()).startsWith("HTTP/1.1 102 ");
                        assertThat(wire.readHead()).startsWith("HTTP/1.1 103 ").containsIgnoringCase("Link: </a>");
                        assertThat(wire.read().status()).isEqualTo(200);
                    }
                }),
                new Row("a client of HTTP/1.0 gets the answer alone", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                        "GET /proxy/p/x",
                                        rig.bearer(),
                                        script(
                                                "read",
                                                raw("HTTP/1.1 102 Processing\r\n\r\n"),
                                                raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
                                                "tell"))
                                .replaceFirst("HTTP/1.1", "HTTP/1.0"));
                        assertThat(wire.read().status()).isEqualTo(200);
                    }
                }),
                new Row("Expect: 100-continue waits for the upstream's word", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "POST /proxy/p/x",
                                rig.bearer(),
                                "Expect: 100-continue",
                                "Content-Length: 3",
                                script(raw("HTTP/1.1 100 Continue\r\n\r\n"), "read", "tell")));
                        assertThat(wire.readHead()).startsWith("HTTP/1.1 100 ");
                        wire.send("abc");
                        assertThat(wire.read().seen().body()).startsWith("3 ");
                    }
                }),
                new Row("101 to a request that asked for no upgrade: 502", () -> {
                    for (var fields : new String[] {"X-Plain: 1", "Upgrade: websocket"}) {
                        var answer = rig.ask(
                                "GET /proxy/p/x",
                                fields,
                                script(
                                        "read",
                                        raw(
                                                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                                                        + "Upgrade: websocket\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
                        assertThat(answer.status()).isEqualTo(502);
                        assertThat(answer.text()).contains("left HTTP without being asked");
                    }
                }),
                new Row("trailers that frame or route stay with the upstream", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(
                                Wire.head(
                                        "GET /proxy/p/x",
                                        rig.bearer(),
                                        "TE: trailers",
                                        script(
                                                "read",
                                                raw(
                                                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"
                                                                + "Content-Length: 9\r\nSet-Cookie: a=b\r\nX-Good: 1\r\nLocation: /\r\n\r\n"))));
                        wire.readHead();
                        assertThat(wire.chunk()).containsExactly('h', 'i');
                        assertThat(wire.chunk()).isEmpty();
                        assertThat(wire.line().strip()).isEqualTo("X-Good: 1");
                        assertThat(wire.line().strip()).isEmpty();
                    }
                }),
                new Row("trailers of an answer are forwarded", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/p/x",
                                rig.bearer(),
                                "TE: trailers",
                                script(
                                        "read",
                                        raw(OK + "Trailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                + "2\r\nhi\r\n0\r\nX-T: v\r\n\r\n"))));
                        wire.readHead();
                        assertThat(wire.chunk())
                                .asString(StandardCharsets.US_ASCII)
                                .isEqualTo("hi");
                        assertThat(wire.chunk()).isEmpty();
                        assertThat(wire.line().strip()).isEqualToIgnoringCase("X-T: v");
                    }
                }));
    }

    static Stream<Row> streams() {
        return Stream.of(
                new Row(
                        "unknown length: each chunk at once",
                        () -> flushed("Transfer-Encoding: chunked", "5\r\nfirst\r\n", true)),
                new Row(
                        "text/event-stream: each chunk at once",
                        () -> flushed(
                                "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked",
                                "5\r\nfirst\r\n",
                                true)),
                new Row("known length: no later than 200 ms", () -> flushed("Content-Length: 10", "first", false)),
                new Row("the head goes out before there is any body", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/p/x",
                                rig.bearer(),
                                script("read", raw(OK + "Transfer-Encoding: chunked\r\n\r\n"), "stay")));
                        assertThat(wire.readHead()).startsWith(OK);
                    }
                }),
                new Row("bodies are streamed both ways: an answer begins before the request has ended", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "POST /proxy/p/early",
                                rig.bearer(),
                                "Transfer-Encoding: chunked",
                                script(
                                        raw(OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n"),
                                        "read",
                                        raw("0\r\n\r\n"))));
                        wire.send("3\r\nabc\r\n");
                        wire.readHead();
                        assertThat(wire.chunk())
                                .asString(StandardCharsets.US_ASCII)
                                .isEqualTo("early");
                        wire.send("2\r\nde\r\n0\r\n\r\n");
                        assertThat(wire.chunk()).isEmpty();
                    }
                    await().until(() ->
                            rig.backend.journal().stream().anyMatch(line -> line.startsWith("body /proxy/p/early 5 ")));
                }));
    }

    private static void flushed(String framing, String first, boolean chunked) throws IOException {
        var gate = "flush" + Integer.toHexString(framing.hashCode());
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                    "GET /proxy/p/x",
                    rig.bearer(),
                    script(
                            "read",
                            raw(OK + framing + "\r\n\r\n" + first),
                            "gate:" + gate,
                            raw(chunked ? "0\r\n\r\n" : "other"))));
            wire.readHead();
            var begin = chunked ? wire.chunk() : wire.exactly(5);
            assertThat(begin).asString(StandardCharsets.US_ASCII).isEqualTo("first");
            rig.backend.open(gate);
            assertThat(chunked ? wire.chunk().length : wire.exactly(5).length).isEqualTo(chunked ? 0 : 5);
        }
    }

    static Stream<Row> ends() {
        return Stream.of(
                new Row("client gone: the upstream request is cancelled at once", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head("GET /proxy/p/cancelled", rig.bearer(), script("read", "stay")));
                        await().until(() -> rig.backend.journal().contains("request GET /proxy/p/cancelled HTTP/1.1"));
                    }
                    await().until(() -> rig.backend.journal().contains("left /proxy/p/cancelled"));
                }),
                new Row("client gone while the answer streams: the upstream request is cancelled at once", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/p/streaming",
                                rig.bearer(),
                                script("read", raw(OK + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n"), "stay")));
                        wire.readHead();
                        assertThat(wire.chunk()).hasSize(1);
                    }
                    await().until(() -> rig.backend.journal().contains("left /proxy/p/streaming"));
                }),
                new Row(
                        "upstream dies within a body of known length: no clean end",
                        () -> cut("Content-Length: 9", "abc")),
                new Row(
                        "upstream dies within a chunked body: no clean end",
                        () -> cut("Transfer-Encoding: chunked", "3\r\nabc\r\n")),
                new Row("upstream that cannot be reached: 502", () -> {
                    var answer = rig.ask("GET /proxy/gone/x");
                    assertThat(answer.status()).isEqualTo(502);
                    assertThat(Json.parse(answer.body()).path("message").asText())
                            .startsWith("Error while proxying request: ")
                            .containsIgnoringCase("refused");
                }),
                new Row(
                        "upstream that does not speak TLS: 502",
                        () -> assertThat(rig.ask("GET /proxy/tls/x").status()).isEqualTo(502)),
                new Row(
                        "upstream that resets before it answers: 502",
                        () -> assertThat(rig.ask("POST /proxy/p/x", "Content-Length: 0", script("read", "reset"))
                                        .status())
                                .isEqualTo(502)),
                new Row("a connection that the upstream closed while idle is not an error", () -> {
                    for (int i = 0; i < 20; i++) {
                        var answer = rig.ask(
                                "GET /proxy/p/x", script("read", raw(OK + "Content-Length: 2\r\n\r\nok"), "close"));
                        assertThat(answer.text()).isEqualTo("ok");
                    }
                }));
    }

    private static void cut(String framing, String begin) throws IOException {
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                    "GET /proxy/p/x", rig.bearer(), script("read", raw(OK + framing + "\r\n\r\n" + begin), "reset")));
            assertThatThrownBy(wire::read).isInstanceOf(IOException.class);
        }
    }
}
