package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.apiserver.backend.Pattern;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that leave HTTP: what goes upstream, what comes back, and the bytes afterwards. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class UpgradeRowsIT {
    private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\n";
    private static final String ACCEPTED = SWITCHING + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
    private static final int MEBIBYTES = 8 * 1024 * 1024;
    private static GatewayRig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        rig.proxy("p");
        rig.proxy("down", "directives: {headerDown: [X-Down 1, '-Upgrade']}");
        rig.proxy("as", "directives: {authProxy: true}");
        rig.proxy("gone", "upstream: {url: 'http://127.0.0.1:%d'}".formatted(ClosedPort.number()));
        rig.object(GatewayRig.SERVICES, "v1.up.io", java.util.List.of("group: up.io", "version: v1", "url: BACKEND"));
        rig.settle();
        await().until(() -> rig.ask("GET /kapis/up.io/v1/things").status() == 200);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"requests", "answers", "tunnels"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    private static String upgrade(String path, String protocol, String... fields) {
        var head = Wire.head("GET " + path, fields);
        return head.substring(0, head.length() - 2) + "Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n"
                + rig.bearer() + "\r\n\r\n";
    }

    private static Wire open(String path, String... steps) throws IOException {
        var wire = rig.connect();
        wire.send(upgrade(path, "SPDY/3.1", script(steps)));
        assertThat(wire.readHead()).isEqualTo(ACCEPTED);
        return wire;
    }

    /** The head that reached the backend: it is sent through the tunnel. */
    private static Wire.Seen arrived(String path, String... fields) throws IOException {
        try (var wire = rig.connect()) {
            wire.send(upgrade(path, "websocket", fields));
            var answer = wire.read();
            assertThat(answer.status()).isEqualTo(500);
            return answer.seen();
        }
    }

    private static String tellAndRefuse() {
        return script("tell500");
    }

    static Stream<Row> requests() {
        return Stream.of(
                new Row(
                        "request line and headers incl. Connection, Upgrade, Sec-WebSocket-*, X-Stream-Protocol-Version",
                        () -> {
                            var seen = arrived(
                                    "/proxy/p/a%2Fb?x=1&y",
                                    tellAndRefuse(),
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Extensions: permessage-deflate",
                                    "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io",
                                    "X-Stream-Protocol-Version: v4.channel.k8s.io",
                                    "X-Stream-Protocol-Version: v3.channel.k8s.io",
                                    "Origin: http://o");
                            assertThat(seen.line()).isEqualTo("GET /proxy/p/a%2Fb?x=1&y HTTP/1.1");
                            assertThat(seen.all("Connection")).containsExactly("Upgrade");
                            assertThat(seen.all("Upgrade")).containsExactly("websocket");
                            assertThat(seen.text())
                                    .contains(
                                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                                            "Sec-WebSocket-Version: 13\r\n",
                                            "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                                            "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n",
                                            "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n",
                                            "X-Stream-Protocol-Version: v3.channel.k8s.io\r\n",
                                            "Origin: http://o\r\n");
                            assertThat(seen.all("X-Forwarded-For")).containsExactly("127.0.0.1");
                        }),
                new Row("Connection: keep-alive, UPGRADE is an upgrade too", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/p/x",
                                "Connection: keep-alive, UPGRADE",
                                "Upgrade: websocket",
                                rig.bearer(),
                                script(raw(ACCEPTED), "echo")));
                        assertThat(wire.readHead()).isEqualTo(ACCEPTED);
                    }
                }),
                new Row("an upgrade is counted with the code 101", () -> {
                    try (var wire = open("/kapis/up.io/v1/counted", raw(ACCEPTED), "echo")) {
                        wire.send("x");
                    }
                    await().until(() -> rig.ask("GET /metrics")
                            .text()
                            .contains("ks_server_request_total{code=\"101\",group=\"up.io\",resource=\"counted\""));
                }),
                new Row("the request is sent once", () -> {
                    try (var wire = open("/proxy/p/once", raw(ACCEPTED), "echo")) {
                        wire.send("x");
                        assertThat(wire.exactly(1)).containsExactly('x');
                    }
                    assertThat(rig.backend.journal())
                            .filteredOn("request GET /proxy/p/once HTTP/1.1"::equals)
                            .hasSize(1);
                }),
                new Row(
                        "forged identity is stripped and the user named: APIService",
                        () -> identity("/kapis/up.io/v1/things", true)),
                new Row(
                        "forged identity is stripped and the user named: ReverseProxy with authProxy",
                        () -> identity("/proxy/as/x", true)),
                new Row("forged identity is stripped: ReverseProxy", () -> identity("/proxy/p/x", false)),
                new Row("a bearer token among the subprotocols is taken out", () -> {
                    var token = Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(rig.admin.getBytes(StandardCharsets.UTF_8));
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/as/x",
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                tellAndRefuse(),
                                "Sec-WebSocket-Protocol: first",
                                "Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io." + token + ", chat"));
                        var seen = wire.read().seen();
                        assertThat(seen.all("Sec-WebSocket-Protocol")).containsExactly("first, chat");
                        assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                    }
                }),
                new Row("an upgrade of a local path is served as a plain request", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(upgrade("/healthz", "websocket"));
                        assertThat(wire.read().status()).isEqualTo(200);
                        wire.send(Wire.head("GET /healthz"));
                        assertThat(wire.read().status()).isEqualTo(200);
                    }
                }));
    }

    private static void identity(String path, boolean named) throws IOException {
        var seen = arrived(
                path,
                tellAndRefuse(),
                "X-Remote-User: mallory",
                "x-remote-group: system:masters",
                "X-Remote-Uid: 0",
                "X-Remote-Extra-Scopes: all",
                "Impersonate-User: root",
                "Impersonate-Group: system:masters",
                "Impersonate-Extra-A: b");
        assertThat(seen.text()).doesNotContain("mallory", "system:masters", "Impersonate", "Scopes");
        assertThat(seen.all("X-Remote-User")).isEqualTo(named ? java.util.List.of("admin") : java.util.List.of());
        assertThat(seen.all("X-Remote-Group"))
                .isEqualTo(named ? java.util.List.of("system:authenticated") : java.util.List.of());
        assertThat(seen.all("Authorization")).containsExactly("Bearer " + rig.admin);
    }

    static Stream<Row> answers() {
        return Stream.of(
                new Row("101: the head is forwarded byte for byte, with what came in the same read", () -> {
                    var head = SWITCHING.replace("Switching Protocols", "Sure")
                            + "upgrade:SPDY/3.1\r\nX-Odd:   a\r\nConnection:  Upgrade\r\n\r\n";
                    try (var wire = rig.connect()) {
                        wire.send(upgrade("/proxy/p/x", "SPDY/3.1", script(raw(head + "early"), "echo")));
                        assertThat(wire.readHead()).isEqualTo(head);
                        assertThat(wire.exactly(5))
                                .asString(StandardCharsets.US_ASCII)
                                .isEqualTo("early");
                    }
                }),
                new Row("101 with headerDown: edited, and still an upgrade", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(upgrade("/proxy/down/x", "SPDY/3.1", script(raw(ACCEPTED), "echo")));
                        assertThat(wire.readHead())
                                .startsWith(SWITCHING)
                                .contains("X-Down: 1\r\n", "Upgrade: SPDY/3.1\r\n", "Connection: Upgrade\r\n");
                        wire.send("ping");
                        assertThat(wire.exactly(4))
                                .asString(StandardCharsets.US_ASCII)
                                .isEqualTo("ping");
                    }
                }),
                new Row("403: passed on whole, then the connection is closed", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(upgrade(
                                "/proxy/p/x",
                                "SPDY/3.1",
                                script(
                                        raw("HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nContent-Length: 100000\r\n\r\n"),
                                        "flood:100000")));
                        var answer = wire.read();
                        assertThat(answer.status()).isEqualTo(403);
                        assertThat(answer.field("X-Why")).isEqualTo("no");
                        assertThat(answer.body()).isEqualTo(Pattern.bytes(0, 100_000));
                        assertThat(wire.isEnded()).isTrue();
                    }
                }),
                new Row("500 in chunks: passed on whole, then the connection is closed", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(
                                upgrade(
                                        "/proxy/p/x",
                                        "SPDY/3.1",
                                        script(
                                                raw(
                                                        "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))));
                        var answer = wire.read();
                        assertThat(answer.status()).isEqualTo(500);
                        assertThat(answer.text()).isEqualTo("abc");
                        assertThat(wire.isEnded()).isTrue();
                    }
                }),
                new Row("403 that the client does not read: the connection is closed after ten seconds", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(upgrade(
                                "/proxy/p/unread",
                                "SPDY/3.1",
                                script(
                                        raw("HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\n\r\n"
                                                .formatted(8 * MEBIBYTES)),
                                        "flood:" + 8 * MEBIBYTES)));
                        await().atMost(Duration.ofSeconds(60))
                                .until(() -> rig.backend.journal().contains("cut /proxy/p/unread"));
                        assertThat(restOf(wire)).isLessThan(8L * MEBIBYTES);
                    }
                }),
                new Row("200: 502 invalid upgrade response", () -> refused("/proxy/p/x", 200)),
                new Row("302: 502 invalid upgrade response", () -> refused("/proxy/p/x", 302)),
                new Row("connect error: 502", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(upgrade("/proxy/gone/x", "SPDY/3.1"));
                        assertThat(wire.read().status()).isEqualTo(502);
                    }
                }),
                new Row("without rights: 403 and no connection upstream", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head("GET /proxy/p/forbidden", "Connection: Upgrade", "Upgrade: websocket"));
                        assertThat(wire.read().status()).isEqualTo(403);
                    }
                    assertThat(rig.backend.journal()).doesNotContain("request GET /proxy/p/forbidden HTTP/1.1");
                }));
    }

    /** How many bytes are left until the connection is closed or reset. */
    private static long restOf(Wire wire) {
        long count = 0;
        var buffer = new byte[64 * 1024];
        try {
            for (int read = wire.input().read(buffer);
                    read >= 0;
                    read = wire.input().read(buffer)) {
                count += read;
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection is still open after " + count + " bytes", e);
        } catch (IOException e) {
            return count;
        }
        return count;
    }

    private static void refused(String path, int status) throws IOException {
        try (var wire = rig.connect()) {
            wire.send(upgrade(
                    path,
                    "SPDY/3.1",
                    script(raw("HTTP/1.1 " + status + " X\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"))));
            var answer = wire.read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(Json.parse(answer.body()).path("message").asText())
                    .contains("invalid upgrade response: status code " + status);
        }
    }

    static Stream<Row> tunnels() {
        return Stream.of(
                new Row("8 MiB through and back are the same bytes", () -> {
                    try (var wire = open("/proxy/p/echo", raw(ACCEPTED), "echo")) {
                        var sender = Thread.ofVirtual().start(() -> {
                            try {
                                Pattern.write(wire.output(), MEBIBYTES);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
                        assertThat(wire.exactly(MEBIBYTES)).isEqualTo(Pattern.bytes(0, MEBIBYTES));
                        sender.join();
                    }
                }),
                new Row("client ends after sending: all of it reaches the backend, then the end", () -> {
                    try (var wire = open("/proxy/p/sunk", raw(ACCEPTED), "sink")) {
                        Pattern.write(wire.output(), MEBIBYTES);
                        wire.socket.shutdownOutput();
                        await().until(() -> rig.backend
                                .journal()
                                .contains("sunk /proxy/p/sunk " + MEBIBYTES + " " + Pattern.digest(MEBIBYTES)));
                        assertThat(wire.isEnded()).isTrue();
                    }
                }),
                new Row("backend ends after sending: all of it reaches the client, then the end", () -> {
                    try (var wire = open("/proxy/p/flood", raw(ACCEPTED), "flood:" + MEBIBYTES, "half", "stay")) {
                        assertThat(wire.exactly(MEBIBYTES)).isEqualTo(Pattern.bytes(0, MEBIBYTES));
                        assertThat(wire.isEnded()).isTrue();
                    }
                    await().until(() -> rig.backend.journal().contains("left /proxy/p/flood"));
                }),
                new Row("client that does not read holds the backend back, and loses nothing", () -> {
                    int much = 64 * 1024 * 1024;
                    try (var wire = open("/proxy/p/slow", raw(ACCEPTED), "flood:" + much, "mark:flooded", "stay")) {
                        assertThat(wire.exactly(1024)).isEqualTo(Pattern.bytes(0, 1024));
                        await().during(java.time.Duration.ofMillis(500))
                                .until(() -> !rig.backend.journal().contains("flooded"));
                        assertThat(wire.exactly(much - 1024)).isEqualTo(Pattern.bytes(1024, much - 1024));
                    }
                }),
                new Row("backend that does not read holds the client back, and gets all of it", () -> {
                    int much = 64 * 1024 * 1024;
                    try (var wire = open("/proxy/p/held", raw(ACCEPTED), "gate:held", "sink")) {
                        var sent = new java.util.concurrent.atomic.AtomicLong();
                        var sender = Thread.ofVirtual().start(() -> {
                            try {
                                for (int at = 0; at < much; at += 65536) {
                                    wire.output().write(Pattern.bytes(at, 65536));
                                    sent.addAndGet(65536);
                                }
                                wire.socket.shutdownOutput();
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
                        var last = new long[] {-1};
                        await().pollInterval(java.time.Duration.ofMillis(300)).until(() -> {
                            boolean stands = sent.get() > 0 && sent.get() == last[0];
                            last[0] = sent.get();
                            return stands;
                        });
                        assertThat(sent.get()).as("bytes under way").isLessThan(32L * 1024 * 1024);
                        rig.backend.open("held");
                        sender.join();
                        await().until(() -> rig.backend
                                .journal()
                                .contains("sunk /proxy/p/held " + much + " " + Pattern.digest(much)));
                    }
                }),
                new Row("backend that resets ends the client's connection", () -> {
                    try (var wire = open("/proxy/p/reset", raw(ACCEPTED), "reset")) {
                        assertThat(wire.isEnded()).isTrue();
                    }
                }),
                new Row("client that resets ends the backend's connection", () -> {
                    try (var wire = open("/proxy/p/left", raw(ACCEPTED), "stay")) {
                        wire.socket.setSoLinger(true, 0);
                    }
                    await().until(() ->
                            rig.backend.journal().stream().anyMatch(line -> line.equals("left /proxy/p/left")));
                }));
    }
}
