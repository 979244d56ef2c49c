package io.luban.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.Upstream;
import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A console before a server that tells what reached it. */
class ConsoleTest {
    private static final String TOKEN = "aaaa.bbbb.cccc";
    private static HttpRuntime runtime;
    private static HttpServer gateway;
    private static ConsoleServer console;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        runtime = HttpRuntime.create();
        gateway = HttpServer.start(runtime, ServerConfig.loopback(), request -> Optional.empty(), ConsoleTest::answer);
        var upstream = Upstream.http("127.0.0.1", gateway.port());
        console = ConsoleServer.start(
                new ConsoleConfig(ServerConfig.loopback(), upstream, List.of("https://portal.example.org"), List.of()),
                runtime);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        console.close();
        gateway.close();
        runtime.close();
    }

    private static Reply answer(Request request) {
        if (request.isUpgrade()) {
            return new Reply.WebSocket(Headers.EMPTY, session -> {
                session.sendText(
                        request.header("Authorization").orElse("nobody").getBytes(StandardCharsets.UTF_8));
                session.onMessage(session::sendText);
            });
        }
        return switch (request.path()) {
            case "/apis/none" -> Reply.json(200, bytes("{\"items\":[]}"));
            case "/apis/some" -> Reply.json(200, bytes("{\"items\":[{}]}"));
            case "/apis/missing" -> Reply.text(404, "no");
            case "/version" -> Reply.json(200, bytes("{\"gitVersion\":\"v4.1.3<b>\"}"));
            case "/images/logo" -> Reply.text(200, "<svg/>");
            default -> reflected(request);
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Reply reflected(Request request) {
        var seen = Json.object()
                .put("method", request.method())
                .put("path", request.rawPath())
                .put("query", request.rawQuery());
        var headers = seen.putObject("headers");
        request.headers().forEach((name, value) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), value));
        seen.put("body", new String(request.body(1024), StandardCharsets.UTF_8));
        return new Reply.Content(
                200, Headers.of("Content-Type", "application/json", "Set-Cookie", "app=1"), Json.bytes(seen));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("the console did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console.port() + path));
    }

    private static JsonNode seen(HttpRequest.Builder request) {
        var response = send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.parse(bytes(response.body()));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/pods, /api/v1/pods",
        "/apis, /apis",
        "/kapis/a/b?limit=1, /kapis/a/b",
        "/clusters/c1/api/v1/nodes, /clusters/c1/api/v1/nodes",
        "/clusters/c1/version, /clusters/c1/version",
        "/proxy-api/kapis/x, /kapis/x",
        "/proxy/app/, /proxy/app/",
        "/res/x, /res/x",
        "/oauth/token, /oauth/token",
        "/.well-known/openid-configuration, /.well-known/openid-configuration",
        "/dist/demo/index.js, /dist/demo/index.js",
        "/pstatic/dist/demo/index.js, /dist/demo/index.js",
        "/devops_webhook/git/x, /kapis/devops.kubesphere.io/v1alpha2/webhook/git/x",
        "/healthz, /healthz",
        "/api/v1/a%2Fb, /api/v1/a%2Fb"
    })
    void passes_paths_on(String asked, String arrived) {
        assertThat(seen(request(asked)).path("path").asText()).isEqualTo(arrived);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/pstatic/api/v1/secrets",
                "/pstatic/dist/..%2Fapi/v1",
                "/pstatic/dist/%2e%2e/api",
                "/b"
            })
    void keeps_other_paths_to_itself(String path) {
        var response = send(request(path));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("\"reason\":\"NotFound\"");
    }

    @Test
    void the_token_of_the_cookie_becomes_the_bearer_and_the_cookie_stays_behind() {
        var seen = seen(request("/kapis/x?a=%2F")
                .header("Cookie", "lang=en; token=" + TOKEN + "; token=second.second.second")
                .header("Referer", "http://elsewhere"));

        assertThat(seen.at("/headers/authorization").asText()).isEqualTo("Bearer " + TOKEN);
        assertThat(seen.at("/headers").has("cookie")).isFalse();
        assertThat(seen.at("/headers").has("referer")).isFalse();
        assertThat(seen.path("query").asText()).isEqualTo("a=%2F");
    }

    @Test
    void applications_behind_a_proxy_keep_their_own_cookies() {
        var seen = seen(request("/proxy/app/x").header("Cookie", "session=7; token=" + TOKEN + "; refreshToken=r"));

        assertThat(seen.at("/headers/cookie").asText()).isEqualTo("session=7");
        assertThat(seen.at("/headers/authorization").asText()).isEqualTo("Bearer " + TOKEN);
        assertThat(send(request("/proxy/app/x")).headers().firstValue("Set-Cookie"))
                .contains("app=1");
    }

    @Test
    void a_client_of_its_own_token_is_left_alone() {
        var seen = seen(request("/oauth/userinfo")
                .header("Authorization", "Basic abc")
                .header("Cookie", "token=" + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString("grant")));

        assertThat(seen.at("/headers/authorization").asText()).isEqualTo("Basic abc");
        assertThat(seen.path("body").asText()).isEqualTo("grant");
    }

    @Test
    void what_is_no_token_makes_nobody() {
        assertThat(seen(request("/kapis/x").header("Cookie", "token=not a token"))
                        .at("/headers")
                        .has("authorization"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example.org, 403",
        "Origin, https://portal.example.org, 200",
        "Sec-Fetch-Site, same-origin, 200",
        "Sec-Fetch-Site, cross-site, 403",
        "X-Other, x, 403"
    })
    void writing_by_cookie_takes_a_page_of_the_console(String header, String value, int status) {
        var response = send(request("/api/v1/x")
                .header("Cookie", "token=" + TOKEN)
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void bundles_are_fetched_as_nobody_and_kept_when_their_revision_is_named() {
        var named =
                send(request("/pstatic/dist/demo/index.js?resourceVersion=7").header("Cookie", "token=" + TOKEN));
        var unnamed = send(request("/pstatic/dist/demo/index.js").header("Authorization", "Bearer x"));

        assertThat(named.body()).doesNotContain("authorization");
        assertThat(named.headers().firstValue("Cache-Control")).contains("max-age=31536000, immutable");
        assertThat(unnamed.body()).doesNotContain("authorization");
        assertThat(unnamed.headers().firstValue("Cache-Control")).contains("no-cache");
    }

    @Test
    void drawings_of_the_theme_are_drawings() {
        var response = send(request("/theme/images/logo"));

        assertThat(response.headers().firstValue("Content-Type")).contains("image/svg+xml");
    }

    @Test
    void the_gateway_learns_who_asked_whom_and_believes_no_client() {
        var seen =
                seen(request("/kapis/x").header("X-Forwarded-For", "192.0.2.1").header("x-client-ip", "192.0.2.1"));

        assertThat(seen.at("/headers/x-forwarded-for").asText()).isEqualTo("127.0.0.1");
        assertThat(seen.at("/headers/x-client-ip").asText()).isEqualTo("127.0.0.1");
        assertThat(seen.at("/headers/x-forwarded-proto").asText()).isEqualTo("http");
        assertThat(seen.at("/headers/x-forwarded-host").asText()).isEqualTo("127.0.0.1:" + console.port());
    }

    @ParameterizedTest
    @CsvSource({"/apis/none, false", "/apis/some, true", "/apis/missing, false", "/apis/object, true"})
    void says_whether_something_exists(String path, boolean exists) {
        var response = send(request(path).header("x-check-exist", "true"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"exist\":%s}".formatted(exists));
    }

    @Test
    void a_question_for_existence_never_writes() {
        var seen = seen(request("/apis/object").header("x-check-exist", "true").DELETE());

        assertThat(seen.path("method").asText()).isEqualTo("DELETE");
    }

    @Test
    void the_status_page_escapes_what_it_shows() {
        var response = send(request("/").header("Accept", "text/html"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body()).contains("v4.1.3&lt;b&gt;").doesNotContain("<b>");
        assertThat(send(request("/").method("PUT", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void a_gateway_that_is_away_makes_a_plain_status() {
        try (var lonely = ConsoleServer.start(
                ConsoleConfig.of(ServerConfig.loopback(), Upstream.http("127.0.0.1", 1)), runtime)) {
            var away = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lonely.port() + "/api/v1/pods")));
            var ready =
                    send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lonely.port() + "/-/health/ready")));
            var live = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lonely.port() + "/-/health/live")));

            assertThat(away.statusCode()).isIn(502, 503);
            assertThat(away.body()).contains("\"kind\":\"Status\"").doesNotContain("ErrStatus");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(live.statusCode()).isEqualTo(200);
        }
    }

    private static BlockingQueue<String> open(String path, String... headers) {
        var heard = new LinkedBlockingQueue<String>();
        var builder = client.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        builder.buildAsync(URI.create("ws://127.0.0.1:" + console.port() + path), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        heard.add(data.toString());
                        return WebSocket.Listener.super.onText(socket, data, last);
                    }
                })
                .join()
                .sendText("hello", true)
                .join();
        return heard;
    }

    @Test
    void a_websocket_carries_the_token_of_the_cookie() throws InterruptedException {
        var heard = open("/proxy/app/socket", "Cookie", "token=" + TOKEN);

        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("Bearer " + TOKEN);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource({
        "/proxy/app/socket, Cookie, lang=en, 401",
        "/nothing, Cookie, token=aaaa.bbbb.cccc, 404",
        "/proxy/app/socket, Origin, https://evil.example.org, 403"
    })
    void a_websocket_is_refused_before_it_opens(String path, String header, String value, int status) {
        var cookie = header.equals("Cookie") ? value : "token=" + TOKEN;
        var failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                CompletionException.class,
                () -> open(path, "Cookie", cookie, header.equals("Cookie") ? "X-Other" : header, value));

        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
    }
}
