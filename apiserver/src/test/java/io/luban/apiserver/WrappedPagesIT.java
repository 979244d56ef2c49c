package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications that are wrapped: what they learn of where they are seen from, and where their links lead. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class WrappedPagesIT {
    private static final String PAGE = "<a href=\"/static/a.js\">é</a><img src='rel.png'>";
    private static final String SHOWN = "<a href=\"/proxy/app/static/a.js\">é</a><img src='rel.png'>";
    private static GatewayRig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        rig.proxy("app", "directives: {wrapTransport: true, stripPathPrefix: /proxy/app}");
        rig.proxy(
                "based",
                "upstream: {url: 'BACKEND/base'}",
                "directives: {wrapTransport: true, stripPathPrefix: /proxy/based}");
        rig.proxy("bare", "directives: {stripPathPrefix: /proxy/bare}");
        rig.settle();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"requests", "answers", "pages"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    private static Wire.Answer answer(String head, String body) throws IOException {
        return answer("/proxy/app/x", head + "Content-Length: " + body.length() + "\r\n", body);
    }

    private static Wire.Answer answer(String path, String head, String body) throws IOException {
        return rig.ask("GET " + path, script("read", raw("HTTP/1.1 200 OK\r\n" + head + "\r\n" + body)));
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Stream<Row> requests() {
        return Stream.of(
                new Row("X-Forwarded-Uri, -Host and -Proto tell where the client is; forged ones go", () -> {
                    var seen = rig.ask(
                                    "GET /proxy/app/a%2Fb?x=1",
                                    "X-Forwarded-Uri: /evil", "X-Forwarded-Host: evil", "X-Forwarded-Proto: evil")
                            .seen();
                    assertThat(seen.target()).isEqualTo("/a%2Fb?x=1");
                    assertThat(seen.all("X-Forwarded-Uri")).containsExactly("/proxy/app/a%2Fb");
                    assertThat(seen.all("X-Forwarded-Host")).containsExactly("gw.example:9");
                    assertThat(seen.all("X-Forwarded-Proto")).containsExactly("http");
                    assertThat(rig.ask("GET /clusters/host/proxy/app/x").seen().all("X-Forwarded-Uri"))
                            .containsExactly("/clusters/host/proxy/app/x");
                }),
                new Row("an upgrade tells it too", () -> {
                    var seen = rig.ask(
                                    "GET /proxy/app/ws", "Connection: Upgrade", "Upgrade: websocket", script("tell500"))
                            .seen();
                    assertThat(seen.all("X-Forwarded-Uri")).containsExactly("/proxy/app/ws");
                }));
    }

    static Stream<Row> answers() {
        return Stream.of(
                new Row("Access-Control-Allow fields stay behind", () -> {
                    var answer = answer(
                            "Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Headers: a\r\n"
                                    + "Access-Control-Allow-Methods: PUT\r\nAccess-Control-Allow-Origin: *\r\n"
                                    + "Access-Control-Max-Age: 5\r\n",
                            "");
                    assertThat(answer.head()).doesNotContain("Access-Control-Allow");
                    assertThat(answer.field("Access-Control-Max-Age")).isEqualTo("5");
                }),
                new Row("cookies are set for the path below the gateway's", () -> {
                    var answer = answer(
                            "Set-Cookie: a=1; Path=/; HttpOnly\r\nSet-Cookie: b=2; path=/deep\r\n"
                                    + "Set-Cookie: c=3; Path=/proxy/app/x\r\nSet-Cookie: d=/; Secure\r\n",
                            "");
                    assertThat(answer.all("Set-Cookie"))
                            .containsExactly(
                                    "a=1; Path=/proxy/app/; HttpOnly",
                                    "b=2; path=/proxy/app/deep",
                                    "c=3; Path=/proxy/app/x",
                                    "d=/; Secure");
                }),
                new Row("without the directive nothing is changed", () -> {
                    var answer = answer(
                            "/proxy/bare/x",
                            "Content-Type: text/html\r\nLocation: /login\r\nSet-Cookie: a=1; Path=/\r\n"
                                    + "Access-Control-Allow-Origin: *\r\nContent-Length: " + PAGE.length() + "\r\n",
                            PAGE);
                    assertThat(latin(answer.body())).isEqualTo(PAGE);
                    assertThat(answer.field("Location")).isEqualTo("/login");
                    assertThat(answer.field("Set-Cookie")).isEqualTo("a=1; Path=/");
                    assertThat(answer.field("Access-Control-Allow-Origin")).isEqualTo("*");
                }));
    }

    /** The same rules hold for Location and for links in pages. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/|/proxy/app/",
                "/login|/proxy/app/login",
                "/login?to=/x#f|/proxy/app/login?to=/x#f",
                "/proxy/app/login|/proxy/app/login",
                "/proxy/app|/proxy/app",
                "/proxy/apple|/proxy/app/proxy/apple",
                "/a b/{x}|/proxy/app/a b/{x}",
                "login|login",
                "../up|../up",
                "?q=1|?q=1",
                "#top|#top",
                "UPSTREAM/x?y=1|http://gw.example:9/proxy/app/x?y=1",
                "UPSTREAM|http://gw.example:9/proxy/app/",
                "//AUTHORITY/x|http://gw.example:9/proxy/app/x",
                "https://other.example/x|https://other.example/x",
                "//other.example/x|//other.example/x",
                "http://AUTHORITY.other.example/x|http://AUTHORITY.other.example/x",
                "javascript:go('/x')|javascript:go('/x')",
                "data:image/png;base64,AA|data:image/png;base64,AA",
                "mailto:a@b|mailto:a@b"
            })
    void leads(String link, String shown) throws IOException {
        var authority = "127.0.0.1:" + rig.backend.port();
        var sent = link.replace("UPSTREAM", rig.backendUrl()).replace("AUTHORITY", authority);
        var expected = shown.replace("AUTHORITY", authority);
        var page = "<a href=\"" + sent + "\">";
        var answer = answer("Content-Type: text/html\r\nLocation: " + sent + "\r\n", page);
        assertThat(answer.field("Location")).isEqualTo(expected);
        assertThat(answer.text()).isEqualTo("<a href=\"" + expected + "\">");
    }

    private static Row page(String name, String head, String body, String shown) {
        return new Row(name, () -> assertThat(latin(answer(head, body).body())).isEqualTo(shown));
    }

    static Stream<Row> pages() {
        return Stream.of(
                new Row("Content-Length is that of the changed page", () -> {
                    var answer = answer("Content-Type: TEXT/HTML; charset=utf-8\r\n", PAGE);
                    assertThat(latin(answer.body())).isEqualTo(SHOWN);
                    assertThat(answer.field("Content-Length")).isEqualTo(Integer.toString(SHOWN.length()));
                }),
                page(
                        "identity is no encoding",
                        "Content-Type: text/html\r\nContent-Encoding: identity\r\n",
                        PAGE,
                        SHOWN),
                page("other types stay", "Content-Type: text/plain\r\n", PAGE, PAGE),
                page("other encodings stay", "Content-Type: text/html\r\nContent-Encoding: br\r\n", PAGE, PAGE),
                page(
                        "what is not gzip in truth stays",
                        "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
                        PAGE,
                        PAGE),
                new Row("gzip", () -> {
                    var packed = new ByteArrayOutputStream();
                    try (var gzip = new GZIPOutputStream(packed)) {
                        gzip.write(bytes(PAGE));
                    }
                    var answer = answer(
                            "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", latin(packed.toByteArray()));
                    assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
                    var unpacked = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
                    assertThat(latin(unpacked.readAllBytes())).isEqualTo(SHOWN);
                }),
                new Row("deflate", () -> {
                    var packed = new ByteArrayOutputStream();
                    try (var deflate = new DeflaterOutputStream(packed)) {
                        deflate.write(bytes(PAGE));
                    }
                    var answer = answer(
                            "Content-Type: text/html\r\nContent-Encoding: deflate\r\n", latin(packed.toByteArray()));
                    assertThat(answer.field("Content-Encoding")).isEqualTo("deflate");
                    var unpacked = new InflaterInputStream(new ByteArrayInputStream(answer.body()));
                    assertThat(latin(unpacked.readAllBytes())).isEqualTo(SHOWN);
                }),
                new Row("deflate without what should stand around it", () -> {
                    var raw = new Deflater(Deflater.BEST_SPEED, true);
                    raw.setInput(bytes(PAGE));
                    raw.finish();
                    var packed = new byte[1000];
                    int length = raw.deflate(packed);
                    raw.end();
                    var answer = answer(
                            "Content-Type: text/html\r\nContent-Encoding: deflate\r\n",
                            latin(packed).substring(0, length));
                    var unpacked = new InflaterInputStream(new ByteArrayInputStream(answer.body()), new Inflater(true));
                    assertThat(latin(unpacked.readAllBytes())).isEqualTo(SHOWN);
                }),
                new Row("a gzipped page without end arrives piece by piece", () -> {
                    var packed = new ByteArrayOutputStream();
                    var gzip = new GZIPOutputStream(packed, true);
                    gzip.write(bytes("one<a href=/x>"));
                    gzip.flush();
                    var first = latin(packed.toByteArray());
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/app/log",
                                rig.bearer(),
                                script(
                                        "read",
                                        raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
                                                + "Transfer-Encoding: chunked\r\n\r\n"
                                                + Integer.toHexString(first.length()) + "\r\n" + first + "\r\n"),
                                        "stay")));
                        wire.readHead();
                        var shown = new GZIPInputStream(new ByteArrayInputStream(wire.chunk()), 4);
                        assertThat(latin(shown.readNBytes(24))).isEqualTo("one<a href=/proxy/app/x>");
                    }
                }),
                new Row("a part of a page stays, and so its place within the page", () -> {
                    var answer = rig.ask(
                            "GET /proxy/app/x",
                            script(
                                    "read",
                                    raw(
                                            "HTTP/1.1 206 Part\r\nContent-Type: text/html\r\nContent-Range: bytes 5-51/90\r\n"
                                                    + "Content-Length: " + PAGE.length() + "\r\n\r\n" + PAGE)));
                    assertThat(latin(answer.body())).isEqualTo(PAGE);
                }),
                new Row("HEAD has no length that is not true", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "HEAD /proxy/app/x",
                                rig.bearer(),
                                script(raw(
                                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 47\r\n\r\n"))));
                        assertThat(wire.readHead())
                                .startsWith("HTTP/1.1 200 ")
                                .doesNotContainIgnoringCase("Content-Length");
                    }
                }),
                new Row("a page without end arrives piece by piece", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/app/log",
                                rig.bearer(),
                                script(
                                        "read",
                                        raw(
                                                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
                                                        + "\r\n6\r\none<a \r\n"),
                                        "gate:page",
                                        raw("9\r\nhref='/x'\r\n"),
                                        "stay")));
                        wire.readHead();
                        assertThat(latin(wire.chunk())).isEqualTo("one<a ");
                        rig.backend.open("page");
                        assertThat(latin(wire.chunk())).isEqualTo("href='/proxy/app/x'");
                    }
                }),
                new Row("a page of 20 MiB is changed too", () -> {
                    int length = 20 * 1024 * 1024;
                    var answer = rig.ask(
                            "GET /proxy/app/x",
                            script(
                                    "read",
                                    raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                                            + (length + PAGE.length()) + "\r\n\r\n" + PAGE),
                                    "flood:" + length));
                    assertThat(latin(answer.body())).startsWith(SHOWN);
                    assertThat(answer.body()).hasSizeGreaterThanOrEqualTo(length + SHOWN.length());
                }),
                new Row("a path of the upstream is not part of what clients see", () -> {
                    var page = "<a href=/base/x><a href=/base><a href=/other>";
                    var answer = answer(
                            "/proxy/based/x",
                            "Content-Type: text/html\r\nContent-Length: " + page.length() + "\r\n",
                            page);
                    assertThat(answer.text())
                            .isEqualTo("<a href=/proxy/based/x><a href=/proxy/based/><a href=/proxy/based/other>");
                }));
    }
}
