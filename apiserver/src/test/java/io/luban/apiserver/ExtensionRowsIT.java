package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.backend.BackendProcess;
import io.luban.model.Json;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** API services, remote bundles and protected backends, whose other end is a process of its own. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class ExtensionRowsIT {
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static GatewayRig rig;
    private static BackendProcess mortal;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        mortal = BackendProcess.start();
        service("rows.io", "url: BACKEND/base");
        service("down.io", "url: 'http://127.0.0.1:%d'".formatted(ClosedPort.number()));
        service("broken.io", "url: 'ftp://x'");
        service("both.io", "url: BACKEND", "service: {namespace: a, name: b}");
        rig.gateway.apply(GatewayRig.SERVICES, """
                metadata: {name: v1.off.io}
                spec: {group: off.io, version: v1, url: '%s'}
                status: {state: Disabled}
                """.formatted(rig.backendUrl()));
        rig.gateway.apply(BUNDLES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: far}
                spec:
                  rawFrom: {url: "%1$s/main.js"}
                  assets:
                    style: {link: /dist/far/style.css, url: "%1$s/style"}
                    files:
                    - {link: /dist/far/typed.bin, mimeType: font/woff2, url: "%1$s/typed"}
                    - {link: /dist/far/down.js, url: "http://127.0.0.1:1/x"}
                """.formatted(rig.backendUrl()));
        rig.proxy("limited", "upstream: {url: BACKEND, rateLimit: {requestsPerSecond: 0.01, burst: 2, key: user}}");
        rig.proxy("one", "upstream: {url: BACKEND, rateLimit: {maxConcurrent: 1}}");
        rig.proxy("patient", "upstream: {url: BACKEND, timeout: 300ms}");
        rig.proxy("fragile", "upstream: {url: BACKEND, circuitBreaker: {consecutiveFailures: 2, openDuration: 60s}}");
        rig.proxy(
                "mortal",
                "upstream: {url: 'http://127.0.0.1:%d', healthCheck: {url: /healthz, interval: 100ms, unhealthyThreshold: 2}}"
                        .formatted(mortal.port()));
        rig.settle();
        await().until(() -> rig.ask("GET /kapis/rows.io/v1/x").status() == 200
                && rig.ask("GET /dist/far/index.js").status() == 200);
    }

    private static void service(String group, String... upstream) {
        var lines = new java.util.ArrayList<>(List.of("group: " + group, "version: v1"));
        lines.addAll(List.of(upstream));
        rig.object(GatewayRig.SERVICES, "v1." + group, lines);
    }

    @AfterAll
    static void stop() {
        mortal.close();
        rig.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"services", "bundles", "protection"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    private static Row refused(String path, int status, String message) {
        return new Row(path + ": " + status, () -> {
            var answer = rig.ask("GET " + path);
            assertThat(answer.status()).isEqualTo(status);
            var body = Json.parse(answer.body());
            assertThat(body.path("kind").asText()).isEqualTo("Status");
            assertThat(body.path("message").asText()).contains(message);
            assertThat(body.at("/ErrStatus/message")).isEqualTo(body.path("message"));
        });
    }

    static Stream<Row> services() {
        return Stream.of(
                new Row("path, query, method and body as they came, below the endpoint's own path", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "PATCH /kapis/rows.io/v1/namespaces/n/things/a%2Fb/sub?x=%20&x=1;y",
                                rig.bearer(), "Content-Length: 4"));
                        var seen = wire.send("body").read().seen();
                        assertThat(seen.line())
                                .isEqualTo(
                                        "PATCH /base/kapis/rows.io/v1/namespaces/n/things/a%2Fb/sub?x=%20&x=1;y HTTP/1.1");
                        assertThat(seen.body()).startsWith("4 ");
                        assertThat(seen.all("Authorization")).containsExactly("Bearer " + rig.admin);
                        assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                    }
                }),
                new Row(
                        "the discovery of its group",
                        () -> assertThat(rig.ask("GET /kapis/rows.io/v1").seen().target())
                                .isEqualTo("/base/kapis/rows.io/v1")),
                new Row(
                        "another version is not its own",
                        () -> assertThat(rig.ask("GET /kapis/rows.io/v2/things").status())
                                .isEqualTo(404)),
                new Row(
                        "url wins over service",
                        () -> assertThat(rig.ask("GET /kapis/both.io/v1/things").status())
                                .isEqualTo(200)),
                refused("/kapis/off.io/v1/things", 503, "apiService v1.off.io is not available"),
                refused("/kapis/broken.io/v1/things", 503, "scheme must be http or https"),
                refused("/kapis/down.io/v1/things", 502, "Error while proxying request: "));
    }

    static Stream<Row> bundles() {
        return Stream.of(
                new Row("a remote script: path of the endpoint, query of the client, nobody's credentials", () -> {
                    var answer = rig.ask("GET /dist/far/index.js?v=%2F1", "Cookie: token=secret");
                    assertThat(answer.all("Content-Type")).containsExactly("application/javascript; charset=utf-8");
                    var seen = answer.seen();
                    assertThat(seen.target()).isEqualTo("/main.js?v=%2F1");
                    assertThat(seen.text()).doesNotContain("Authorization", "Cookie", "X-Remote");
                }),
                new Row("a style sheet has its upstream's type, a file the type that is set", () -> {
                    assertThat(rig.ask("GET /dist/far/style.css").all("Content-Type"))
                            .containsExactly("text/plain");
                    assertThat(rig.ask("GET /dist/far/typed.bin").all("Content-Type"))
                            .containsExactly("font/woff2");
                }),
                new Row(
                        "a type that the upstream does not tell follows from the name",
                        () -> assertThat(rig.ask(
                                                "GET /dist/far/style.css",
                                                script("read", raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")))
                                        .all("Content-Type"))
                                .containsExactly("text/css; charset=utf-8")),
                refused("/dist/far/down.js", 502, "Error while proxying request: "));
    }

    static Stream<Row> protection() {
        return Stream.of(
                new Row("rateLimit: 429 with Retry-After beyond the burst", () -> {
                    assertThat(rig.ask("GET /proxy/limited/x").status()).isEqualTo(200);
                    assertThat(rig.ask("GET /proxy/limited/x").status()).isEqualTo(200);
                    var answer = rig.ask("GET /proxy/limited/x");
                    assertThat(answer.status()).isEqualTo(429);
                    assertThat(Integer.parseInt(answer.field("Retry-After"))).isPositive();
                }),
                new Row("maxConcurrent: 429 while one request runs", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/one/x",
                                rig.bearer(),
                                script(
                                        "read",
                                        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"),
                                        "gate:one",
                                        raw("0\r\n\r\n"))));
                        wire.readHead();
                        assertThat(rig.ask("GET /proxy/one/x").status()).isEqualTo(429);
                        rig.backend.open("one");
                        assertThat(wire.chunk()).containsExactly('a');
                        assertThat(wire.chunk()).isEmpty();
                    }
                    await().until(() -> rig.ask("GET /proxy/one/x").status() == 200);
                }),
                new Row("timeout: 504 when there is no head in time", () -> {
                    var answer = rig.ask("GET /proxy/patient/x", script("read", "stay"));
                    assertThat(answer.status()).isEqualTo(504);
                    await().until(() -> rig.ask("GET /proxy/patient/x").status() == 200);
                }),
                new Row("circuitBreaker: 503 with Retry-After and no more requests", () -> {
                    for (int i = 0; i < 2; i++) {
                        var failing = script("read", raw("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"));
                        assertThat(rig.ask("GET /proxy/fragile/x", failing).status())
                                .isEqualTo(502);
                    }
                    await().until(() -> rig.ask("GET /proxy/fragile/spared").status() == 503);
                    assertThat(rig.ask("GET /proxy/fragile/spared").field("Retry-After"))
                            .isNotEmpty();
                    assertThat(rig.backend.journal()).doesNotContain("request GET /proxy/fragile/spared HTTP/1.1");
                }),
                new Row("healthCheck: a killed process takes no more requests, and its object says so", () -> {
                    await().until(() -> rig.ask("GET /proxy/mortal/x").status() == 200);
                    await().until(() -> mortal.journal().contains("request GET /healthz HTTP/1.1"));
                    mortal.kill();
                    await().until(() -> rig.ask("GET /proxy/mortal/x").status() == 503);
                    assertThat(rig.ask("GET /proxy/mortal/x").field("Retry-After"))
                            .isEqualTo("1");
                    await().until(() -> condition("mortal", "Healthy")
                            .path("status")
                            .asText()
                            .equals("False"));
                    assertThat(condition("mortal", "Healthy").path("reason").asText())
                            .isEqualTo("ProbeFailed");
                    assertThat(rig.ask("GET /metrics").text())
                            .contains("ks_proxy_upstream_healthy{kind=\"ReverseProxy\",name=\"mortal\"} 0");
                }));
    }

    private static JsonNode condition(String name, String type) {
        for (var condition :
                rig.gateway.kubernetes.object(GatewayRig.PROXIES + "/" + name).at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }
}
