package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.aayushatharva.brotli4j.decoder.Decoder;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Browsers keep front ends as long as is right, and authors learn what is wrong with their bundles. */
class JsBundleTest {
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static final String API = "extensions.kubesphere.io/v1alpha1";
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static void apply(String name, String raw) {
        fixture.apply(BUNDLES, """
                apiVersion: %s
                metadata: {name: %s, labels: {kubesphere.io/extension-ref: %s}}
                spec: {raw: "%s"}
                """.formatted(API, name, name, raw));
    }

    private static String coding(String accepted) {
        return fixture.download(fixture.request("/dist/kept/index.js").header("Accept-Encoding", accepted))
                .headers()
                .firstValue("Content-Encoding")
                .orElse("");
    }

    private static String caching(HttpResponse<String> answer) {
        return answer.headers().firstValue("Cache-Control").orElse("");
    }

    /** As older charts have it; what is one word of such letters is no script. */
    @Test
    void a_script_that_was_encoded_twice_is_decoded_twice() {
        apply("twice", GatewayFixture.base64(GatewayFixture.base64("let twice = 2;")));
        apply("once", GatewayFixture.base64("let once = 1;"));
        await().until(() -> fixture.get("/dist/once/index.js", "").statusCode() == 200);

        assertThat(fixture.get("/dist/twice/index.js", "").body()).isEqualTo("let twice = 2;");
        assertThat(fixture.get("/dist/once/index.js", "").body()).isEqualTo("let once = 1;");
    }

    @Test
    void lets_browsers_keep_for_good_what_the_address_names_exactly() throws IOException {
        var script = "let a = 1;\n".repeat(500);
        apply("kept", GatewayFixture.base64(script));
        await().until(() -> fixture.get("/dist/kept/index.js", "").statusCode() == 200);
        var version = fixture.kubernetes
                .object(BUNDLES + "/kept")
                .at("/metadata/resourceVersion")
                .asText();

        var plain = fixture.get("/dist/kept/index.js", "");
        assertThat(plain.body()).isEqualTo(script);
        assertThat(caching(plain)).isEqualTo("no-cache");
        assertThat(caching(fixture.get("/dist/kept/index.js?resourceVersion=" + version, "")))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(caching(fixture.get("/dist/kept/index.js?resourceVersion=1" + version, "")))
                .isEqualTo("no-cache");
        var tag = plain.headers().firstValue("ETag").orElse("").replace("\"", "");
        assertThat(caching(fixture.get("/dist/kept/index.js?hash=" + tag, ""))).contains("immutable");

        await().until(() -> coding("gzip, br").equals("br"));
        var dense = fixture.download(
                fixture.request("/dist/kept/index.js").header("Accept-Encoding", "gzip, deflate, br, zstd"));
        assertThat(dense.headers().firstValue("Content-Encoding")).contains("br");
        assertThat(new String(Decoder.decompress(dense.body()).getDecompressedData(), StandardCharsets.UTF_8))
                .isEqualTo(script);
        assertThat(dense.headers().firstValue("ETag"))
                .isNotEqualTo(plain.headers().firstValue("ETag"));
        var refused = fixture.send(fixture.request("/dist/kept/index.js").header("Accept-Encoding", "gzip;q=0"));
        assertThat(refused.headers().firstValue("Content-Encoding")).isEmpty();
        var zipped =
                fixture.send(fixture.request("/dist/kept/index.js").header("Accept-Encoding", "br;q=0, gzip;q=0.5"));
        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
    }

    @Test
    void answers_under_the_consoles_path_as_well() {
        apply("both", GatewayFixture.base64("both();"));
        await().untilAsserted(() -> {
            var answer = fixture.get("/pstatic/dist/both/index.js", "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("both();");
        });
        assertThat(fixture.get("/pstatic/pstatic/dist/both/index.js", "").statusCode())
                .isNotEqualTo(200);
        assertThat(fixture.get("/pstatic/api/v1/nodes", "").statusCode()).isNotEqualTo(200);
    }

    @Test
    void keeps_the_last_good_form_of_a_bundle_and_says_what_is_wrong_until_it_is_mended() {
        apply("broken", GatewayFixture.base64("good();"));
        await().until(() -> fixture.get("/dist/broken/index.js", "").statusCode() == 200);

        apply("broken", "A");
        await().untilAsserted(() -> {
            var condition = fixture.kubernetes.object(BUNDLES + "/broken").at("/status/conditions/0");
            assertThat(condition.path("status").asText()).isEqualTo("False");
            assertThat(condition.path("message").asText()).contains("spec.raw is not base64");
        });
        assertThat(fixture.get("/dist/broken/index.js", "").body()).isEqualTo("good();");

        var mended = fixture.kubernetes.object(BUNDLES + "/broken");
        mended.withObject("/spec").put("raw", GatewayFixture.base64("better();"));
        fixture.kubernetes.put(BUNDLES, mended);
        await().untilAsserted(() -> {
            assertThat(fixture.get("/dist/broken/index.js", "").body()).isEqualTo("better();");
            assertThat(fixture.kubernetes
                            .object(BUNDLES + "/broken")
                            .at("/status/conditions/0/status")
                            .asText())
                    .isEqualTo("True");
        });
    }

    /** What a row of the specification says of one link. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/dist/rows/index.js|200|application/javascript; charset=utf-8|binary",
                "GET|/dist/rows/secret.css|200|text/css; charset=utf-8|.a{}",
                "GET|/dist/rows/font.woff2|200|font/woff2|.a{}",
                "GET|/dist/rows/data.bin|200|application/octet-stream|.a{}",
                "GET|/dist/rows/LOUD.CSS|200|text/css; charset=utf-8|.a{}",
                "GET|/dist/rows/empty.js|404||404: Page Not Found",
                "GET|/dist/rows/asked.json|200||/echo/dir/?own=%2F&b ",
                "GET|/dist/rows/asked.json?own=2|200||/echo/dir/?own=%2F&b&own=2 ",
                "GET|/dist/rows/left.json|200||/echo ",
                "GET|/dist/rows/nowhere.js|404||404: Page Not Found",
                "GET|/dist/rows/nokey.js|404||404: Page Not Found",
                "GET|/dist/rows/gone.js|503||failed to fetch content from configmap",
                "GET|/dist/rows/badref.js|503||needs a namespace, a name and a key",
                "GET|/dist/rows/refused.js|502||Error while proxying request",
                "POST|/dist/rows/index.js|405||405: Method Not Allowed",
                "HEAD|/dist/rows/index.js|200|application/javascript; charset=utf-8|''",
                "GET|/dist/rows|404||404 page not found",
                "GET|/dist/rows/|404||404 page not found",
                "GET|/dist/off/index.js|404||404 page not found",
                "GET|/dist/away/index.js|404||404 page not found",
                "GET|/dist/early/main.js|200|application/javascript; charset=utf-8|early();",
                "GET|/distx/index.js|403||forbidden",
                "GET|/outside/index.js|403||forbidden"
            })
    void serves_each_source_as_it_should(String method, String path, int status, String type, String body) {
        rows();
        var answer =
                fixture.send(fixture.request(path).method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(body);
        if (type != null) {
            assertThat(answer.headers().allValues("Content-Type")).containsExactly(type);
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        if (status == 405) {
            assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
        }
    }

    @Test
    void the_first_of_two_bundles_with_one_link_serves_and_backends_learn_nobodys_name() {
        rows();
        var echoed = fixture.send(fixture.request("/dist/rows/echo.json?q=%2F")
                .header("Authorization", "Bearer nonsense")
                .header("Cookie", "token=secret"));
        assertThat(echoed.statusCode()).isEqualTo(200);
        assertThat(echoed.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(echoed.body()).contains("/echo?q=%2F").doesNotContain("secret", "nonsense");
        assertThat(fixture.get("/dist/rows/index.js", "").body()).isEqualTo("binary");
        await().untilAsserted(() -> assertThat(fixture.kubernetes
                        .object(BUNDLES + "/second")
                        .at("/status/conditions/0/message")
                        .asText())
                .isEqualTo("/dist/rows/index.js is served by the JSBundle rows, which was there before"));
    }

    @Test
    void remote_bundles_are_fetched_again_only_when_their_upstream_says_that_they_changed() throws IOException {
        var tag = new AtomicReference<>("\"one\"");
        var sent = new AtomicInteger();
        var asked = new AtomicInteger();
        var upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            asked.incrementAndGet();
            var known = exchange.getRequestHeaders().getFirst("If-None-Match");
            exchange.getResponseHeaders().set("ETag", tag.get());
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            if (tag.get().equals(known)) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                sent.incrementAndGet();
                var body = ("content of " + tag.get()).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        upstream.start();
        try {
            fixture.apply(BUNDLES, """
                    apiVersion: %s
                    metadata: {name: cached, labels: {kubesphere.io/extension-ref: cached}}
                    spec:
                      rawFrom: {url: "http://127.0.0.1:%2$d/main.js"}
                      assets: {style: {link: /dist/cached/same, url: "http://127.0.0.1:%2$d/main.js"}}
                    """.formatted(API, upstream.getAddress().getPort()));
            await().until(() -> fixture.get("/dist/cached/index.js", "").statusCode() == 200);
            int first = sent.get();

            var again = fixture.get("/dist/cached/index.js", "");
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).isEqualTo("content of \"one\"");
            assertThat(again.headers().allValues("Content-Type"))
                    .containsExactly("application/javascript; charset=utf-8");
            assertThat(again.headers().allValues("ETag")).containsExactly("\"one\"");
            assertThat(sent.get()).isEqualTo(first);
            assertThat(fixture.get("/dist/cached/same", "").headers().allValues("Content-Type"))
                    .as("a second link with the same source has the type of its own")
                    .containsExactly("text/plain");
            assertThat(conditional("\"one\"").statusCode()).isEqualTo(304);
            assertThat(conditional("\"one\"").headers().allValues("Content-Type"))
                    .containsExactly("application/javascript; charset=utf-8");
            assertThat(conditional("\"zero\"").body()).isEqualTo("content of \"one\"");
            assertThat(sent.get()).isEqualTo(first);

            tag.set("\"two\"");
            assertThat(conditional("\"one\"").body()).isEqualTo("content of \"two\"");
            assertThat(fixture.get("/dist/cached/index.js", "").body()).isEqualTo("content of \"two\"");
            assertThat(sent.get()).isEqualTo(first + 1);
            assertThat(asked.get()).isGreaterThan(first + 4);
            assertThat(fixture.get("/dist/cached/index.js?resourceVersion=7", "")
                            .body())
                    .isEqualTo("content of \"two\"");
            assertThat(sent.get()).isEqualTo(first + 2);
        } finally {
            upstream.stop(0);
        }
    }

    private static HttpResponse<String> conditional(String known) {
        return fixture.send(fixture.request("/dist/cached/index.js").header("If-None-Match", known));
    }

    @Test
    void a_script_that_is_encoded_twice_is_served_decoded_twice() {
        apply("doubled", GatewayFixture.base64(GatewayFixture.base64("twice();!")));
        await().until(() -> fixture.get("/dist/doubled/index.js", "").statusCode() == 200);
        assertThat(fixture.get("/dist/doubled/index.js", "").body()).isEqualTo("twice();!");
        apply("fresh", "A");
        await().until(() -> fixture.get("/dist/fresh/index.js", "").statusCode() == 503);
    }

    private static void rows() {
        if (fixture.get("/dist/ready/index.js", "").statusCode() == 200) {
            return;
        }
        var maps = "/api/v1/namespaces/default/configmaps";
        fixture.apply(maps, "{metadata: {name: rows}, binaryData: {b: %s}}".formatted(GatewayFixture.base64("binary")));
        fixture.apply(
                GatewayFixture.SECRETS,
                "{metadata: {name: rows}, data: {s: %s}}".formatted(GatewayFixture.base64(".a{}")));
        fixture.apply(BUNDLES, """
                metadata: {name: rows, labels: {kubesphere.io/extension-ref: rows}}
                spec:
                  rawFrom: {configMapKeyRef: {name: rows, key: b, namespace: default}}
                  assets:
                    style: {link: /dist/rows/secret.css, secretKeyRef: {name: rows, key: s, namespace: kubesphere-system}}
                    files:
                    - {link: /dist/rows/font.woff2, secretKeyRef: {name: rows, key: s, namespace: kubesphere-system}}
                    - {link: /dist/rows/data.bin, secretKeyRef: {name: rows, key: s, namespace: kubesphere-system}}
                    - {link: /dist/rows/nowhere.js}
                    - {link: /dist/rows/nokey.js, configMapKeyRef: {name: rows, key: c, namespace: default}}
                    - {link: /dist/rows/gone.js, configMapKeyRef: {name: gone, key: c, namespace: default}}
                    - {link: /dist/rows/badref.js, configMapKeyRef: {name: "x/y", key: c, namespace: default}}
                    - {link: /dist/rows/refused.js, url: "http://127.0.0.1:1/x.js"}
                    - {link: /dist/rows/echo.json, url: BACKEND/echo}
                    - {link: /dist/rows/asked.json, url: "BACKEND/echo/dir/?own=%2F&b"}
                    - {link: /dist/rows/left.json, url: "", backend: BACKEND/echo}
                    - {link: /dist/rows/empty.js, url: ""}
                    - {link: /dist/rows/LOUD.CSS, secretKeyRef: {name: rows, key: s, namespace: kubesphere-system}}
                    - {link: /outside/index.js, configMapKeyRef: {name: rows, key: b, namespace: default}}
                    - {link: /dist/../outside/index.js, configMapKeyRef: {name: rows, key: b, namespace: default}}
                """);
        fixture.apply(BUNDLES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: second}
                spec: {raw: %s}
                status: {link: /dist/rows/index.js}
                """.formatted(GatewayFixture.base64("second();")));
        fixture.apply(
                GatewayFixture.EARLY + "jsbundles",
                "{metadata: {name: early}, spec: {filenameOverride: main.js, raw: %s}}"
                        .formatted(GatewayFixture.base64("early();")));
        fixture.apply(
                BUNDLES,
                "{metadata: {name: off}, spec: {raw: %s}, status: {state: Disabled}}"
                        .formatted(GatewayFixture.base64("off();")));
        fixture.apply(
                BUNDLES,
                "{metadata: {name: away}, spec: {raw: %s}, status: {link: /away/index.js}}"
                        .formatted(GatewayFixture.base64("away();")));
        apply("ready", GatewayFixture.base64("ready();"));
        await().until(() -> fixture.get("/dist/early/main.js", "").statusCode() == 200);
        await().until(() -> fixture.get("/dist/ready/index.js", "").statusCode() == 200);
    }
}
