package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.sun.net.httpserver.HttpServer;
import io.luban.apiserver.ApiServerConfig.ProxySettings;
import io.luban.apiserver.ApiServerConfig.Surface;
import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.tracing.TracingSettings;
import io.luban.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of a running gateway and set while it runs. */
class OperationsTest {
    private static final String ORIGIN = "https://portal.example.org";

    @TempDir
    private static Path folder;

    private static final List<String> spans = new CopyOnWriteArrayList<>();
    private static GatewayFixture fixture;
    private static HttpServer collector;
    private static Surface surface;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/otlp/v1/traces", exchange -> {
            spans.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        var endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + "/otlp";
        surface = new Surface(
                List.of("https://Portal.Example.org"),
                new TracingSettings(endpoint, 1),
                Duration.ZERO,
                Surface.DEFAULTS.multicluster());
        fixture = new GatewayFixture(config -> config.with(surface), Optional.empty());
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        fixture.apply(GatewayFixture.EXTENSIONS + "reverseproxies", """
                metadata: {name: traced}
                spec: {matcher: {path: /proxy/traced/*, method: '*'}, upstream: {url: BACKEND}}
                status: {state: Available}
                """);
        await().until(() -> fixture.get("/proxy/traced/x", admin).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        fixture.close();
        collector.stop(0);
    }

    @Test
    void metrics_keep_every_rule_of_their_format_and_bound_their_labels() {
        for (int i = 0; i < 30; i++) {
            fixture.get("/kapis/invented" + i + ".io/v1/things", admin);
        }
        fixture.get("/proxy/traced/x", admin);
        fixture.get(GatewayFixture.IAM + "users", admin);
        fixture.get(GatewayFixture.IAM + "users/nobody", admin);
        fixture.get("/nowhere", admin);
        fixture.send(fixture.request("/nowhere").method("BREW", BodyPublishers.noBody()));
        fixture.get("/api/v1/nodes", admin);

        var format = ExpositionFormat.parse(fixture.get("/metrics", "").body());

        assertThat(format.value(
                        "ks_server_request_duration_seconds_bucket{group=\"iam.kubesphere.io\",resource=\"users\","
                                + "verb=\"list\",version=\"v1beta1\",le=\"60.0\"}"))
                .isPositive();
        assertThat(format.samples.keySet())
                .noneMatch(id -> id.contains("invented"))
                .noneMatch(id -> id.contains("BREW"))
                .noneMatch(id -> id.startsWith("ks_server_request_total") && id.contains("resource=\"nodes\""))
                .anyMatch(id -> id.startsWith("ks_server_request_total") && id.contains("resource=\"other\""));
        assertThat(format.value("ks_server_request_total{code=\"404\",group=\"iam.kubesphere.io\",resource=\"users\","
                        + "verb=\"get\",version=\"v1beta1\"}"))
                .as("a known resource keeps its labels where a verb only fails")
                .isPositive();
        assertThat(format.value("ks_proxy_requests_total{code=\"200\",kind=\"ReverseProxy\",name=\"traced\"}"))
                .isPositive();
        assertThat(format.value(
                        "ks_server_nonresource_request_total{code=\"404\",method=\"GET\",path_class=\"other\"}"))
                .isPositive();
        assertThat(format.value("ks_server_requests_inflight{}")).isPositive();
        assertThat(format.value("ks_websocket_connections{}")).isNotNegative();
        for (var name : List.of(
                "process_cpu_seconds_total",
                "process_resident_memory_bytes",
                "process_virtual_memory_bytes",
                "process_open_fds",
                "process_max_fds",
                "process_start_time_seconds")) {
            assertThat(format.value(name + "{}")).as(name).isPositive();
        }
    }

    @Test
    void metrics_are_compressed_for_those_who_accept_it() throws Exception {
        var request =
                fixture.request("/metrics").header("Accept-Encoding", "gzip").build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofByteArray());

            assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            var text = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
            ExpositionFormat.parse(new String(text, StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_trace_is_passed_on_and_told_to_the_collector() {
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer = fixture.send(fixture.request("/proxy/traced/a?x=1")
                .header("Authorization", "Bearer " + admin)
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=1"));

        var headers = Json.parse(answer.body()).path("headers");
        assertThat(headers.path("Traceparent").asText())
                .matches("00-" + trace + "-(?!00f067aa0ba902b7)[0-9a-f]{16}-01");
        assertThat(headers.path("Tracestate").asText()).isEqualTo("vendor=1");
        await().until(() -> sent().stream().anyMatch(span -> span.contains(trace)));
        var span = Json.parse(
                sent().stream().filter(each -> each.contains(trace)).findFirst().orElseThrow());
        assertThat(span.path("parentSpanId").asText()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.path("spanId").asText())
                .isEqualTo(headers.path("Traceparent").asText().split("-", -1)[2]);
        assertThat(span.path("name").asText()).isEqualTo("GET /proxy");
        assertThat(span.toString()).contains("\"http.response.status_code\"").doesNotContain("x=1");
    }

    @Test
    void a_malformed_trace_is_replaced_and_an_unsampled_one_told_nobody() {
        var broken = fixture.send(fixture.request("/proxy/traced/b")
                .header("Authorization", "Bearer " + admin)
                .header("traceparent", "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=1"));
        var unsampled = fixture.send(fixture.request("/proxy/traced/c")
                .header("Authorization", "Bearer " + admin)
                .header("traceparent", "00-" + "c".repeat(32) + "-00f067aa0ba902b7-00"));

        var headers = Json.parse(broken.body()).path("headers");
        assertThat(headers.path("Traceparent").asText()).matches("00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(headers.has("Tracestate")).isFalse();
        assertThat(Json.parse(unsampled.body()).at("/headers/Traceparent").asText())
                .matches("00-c{32}-[0-9a-f]{16}-00");
        var marker = "d".repeat(32);
        fixture.send(fixture.request("/version").header("traceparent", "00-" + marker + "-00f067aa0ba902b7-01"));
        await().until(() -> sent().stream().anyMatch(span -> span.contains(marker)));
        assertThat(sent()).noneMatch(span -> span.contains("c".repeat(32)));
    }

    private static List<String> sent() {
        var all = new ArrayList<String>();
        spans.forEach(document -> Json.parse(document)
                .at("/resourceSpans/0/scopeSpans/0/spans")
                .forEach(span -> all.add(span.toString())));
        return all;
    }

    @Test
    void a_preflight_is_answered_before_anybody_is_asked_who_it_is() throws IOException {
        var answer = raw("""
                OPTIONS /kapis/x HTTP/1.1
                Host: a
                Origin: %s
                Authorization: Bearer broken
                Access-Control-Request-Method: PUT
                Access-Control-Request-Headers: x-cluster, cookie
                Connection: close

                """.formatted(ORIGIN));

        assertThat(answer)
                .startsWith("HTTP/1.1 204")
                .contains("Access-Control-Allow-Origin: " + ORIGIN)
                .contains("Access-Control-Allow-Credentials: true")
                .contains("Access-Control-Allow-Methods: GET,POST,PUT,PATCH,DELETE,OPTIONS")
                .contains("Access-Control-Allow-Headers: Authorization,Content-Type,x-cluster\r\n");
    }

    @Test
    void answers_are_opened_to_listed_origins_only_and_backends_cannot_open_them() throws IOException {
        var listed = raw("GET /proxy/traced/a HTTP/1.1\nHost: a\nAuthorization: Bearer " + admin + "\nOrigin: " + ORIGIN
                + "\nConnection: close\n\n");
        var refused = raw("GET /kapis/x HTTP/1.1\nHost: a\nOrigin: " + ORIGIN + "\nConnection: close\n\n");
        var other = raw("GET /version HTTP/1.1\nHost: a\nOrigin: https://evil.example.org\nConnection: close\n\n");

        assertThat(listed).startsWith("HTTP/1.1 200").containsOnlyOnce("Access-Control-Allow-Origin: " + ORIGIN);
        assertThat(refused).startsWith("HTTP/1.1 403").contains("Access-Control-Allow-Origin: " + ORIGIN);
        assertThat(other).startsWith("HTTP/1.1 200").doesNotContain("Access-Control");
        for (var answer : List.of(listed, refused, other)) {
            assertThat(answer).as("caches learn that origins differ").containsOnlyOnce("Vary: Origin");
        }
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_line_is_written_of_each_failure_and_of_the_rest_when_asked_for_with_secrets_masked() {
        try (var quiet = new LogLines("io.luban.apiserver.access", Level.INFO)) {
            fixture.get("/version", "");
            fixture.get("/nowhere?access_token=s3cret&x=1", admin);
            fixture.get("/api/v1/nodes", "");
            await().until(() -> quiet.all().size() == 2);
            assertThat(quiet.all().getFirst())
                    .matches("INFO 127\\.0\\.0\\.1 - \"GET /nowhere\\?access_token=\\*\\*\\*&x=1 HTTP/\\S+\""
                            + " 404 \\d+ \\d+ms");
            assertThat(quiet.all().get(1)).contains("\"GET /api/v1/nodes HTTP/", "\" 403 ");
        }
        try (var all = new LogLines("io.luban.apiserver.access", Level.DEBUG)) {
            fixture.get("/version?v=1", "");
            await().until(() ->
                    all.all().stream().anyMatch(line -> line.startsWith("DEBUG 127.0.0.1 - \"GET /version?v=1")));
        }
    }

    @Test
    void health_tells_each_check_and_both_versions_tell_that_of_kubernetes() {
        assertThat(fixture.get("/readyz?verbose", "").body())
                .isEqualTo("[+]ping ok\n[+]kubernetes-api ok\n[+]informer-sync ok\n[+]cache ok\nreadyz check passed\n");
        assertThat(fixture.get("/livez?verbose&exclude=ping&exclude=nothing", "")
                        .body())
                .contains("[+]ping excluded: ok\n")
                .contains("warn:")
                .endsWith("livez check passed\n");
        for (var path : List.of("/version", "/kapis/version")) {
            var version = Json.parse(fixture.get(path, admin).body());
            assertThat(version.path("gitVersion").asText()).startsWith("v4.");
            assertThat(version.path("platform").asText()).matches("[a-z]+/[a-z0-9_]+");
            assertThat(version.path("kubernetes").path("gitVersion").isTextual())
                    .isTrue();
        }
    }

    @Test
    void settings_change_while_the_gateway_runs() throws IOException {
        var file = folder.resolve("audit.log");
        var audit = new AuditSettings(
                AuditLevel.METADATA,
                1,
                Duration.ofMillis(20),
                1000,
                false,
                true,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(new AuditSettings.LogFile(file.toString(), 100_000, 2, Duration.ofDays(7))),
                Optional.empty());
        var changed = ApiServerConfig.defaults()
                .with(audit)
                .with(ProxySettings.DEFAULTS.trusting(List.of("203.0.113.0/24")))
                .with(new Surface(List.of("*"), surface.tracing(), Duration.ZERO, surface.multicluster()));
        fixture.reconfigure(changed);
        try {
            fixture.send(fixture.request("/version").header("X-Real-IP", "198.51.100.7"));
            var line = await().until(() -> new AuditFile(file).first("/version"), Optional::isPresent);
            assertThat(line.orElseThrow()).contains("127.0.0.1").doesNotContain("198.51.100.7");
            assertThat(raw("GET /version HTTP/1.1\nHost: a\nOrigin: https://b.example.org\nConnection: close\n\n"))
                    .contains("Access-Control-Allow-Origin: *")
                    .doesNotContain("Allow-Credentials");
        } finally {
            fixture.reconfigure(ApiServerConfig.defaults().with(surface));
        }
        var before = Files.size(file);
        fixture.get("/version", "");
        assertThat(Files.size(file)).isEqualTo(before);
    }
}
