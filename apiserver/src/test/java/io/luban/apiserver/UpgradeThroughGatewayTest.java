package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.http.Headers;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WebSockets reach the backends of extensions, under the same rules as other requests. */
class UpgradeThroughGatewayTest {
    private static final BlockingQueue<Headers> ARRIVED = new LinkedBlockingQueue<>();
    private static GatewayFixture fixture;
    private static HttpServer echo;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        echo = HttpServer.start(
                fixture.runtime,
                ServerConfig.loopback(),
                request -> Optional.empty(),
                UpgradeThroughGatewayTest::answer);
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        fixture.apply(GatewayFixture.EXTENSIONS + "reverseproxies", """
                metadata: {name: ws}
                spec:
                  matcher: {path: /proxy/ws/*, method: GET}
                  upstream: {url: "http://127.0.0.1:%d"}
                  directives: {authProxy: true, headerDown: ["X-Down 1"]}
                """.formatted(echo.port()));
        await().until(() -> fixture.get("/proxy/ws/plain", admin).statusCode() == 200);
    }

    private static Reply answer(Request request) {
        if (!request.isUpgrade()) {
            return Reply.text(200, "plain");
        }
        ARRIVED.add(request.headers());
        return new Reply.WebSocket(Headers.EMPTY, session -> session.onMessage(session::sendText));
    }

    @AfterAll
    static void stop() {
        echo.close();
        fixture.close();
    }

    @Test
    void frames_travel_both_ways_and_the_backend_learns_who_asks() throws InterruptedException {
        var echoed = new LinkedBlockingQueue<String>();
        try (var http = HttpClient.newHttpClient()) {
            var token = Base64.getUrlEncoder().withoutPadding().encodeToString(admin.getBytes(StandardCharsets.UTF_8));
            var socket = http.newWebSocketBuilder()
                    .header("X-Remote-User", "mallory")
                    .subprotocols("base64url.bearer.authorization.k8s.io." + token)
                    .buildAsync(uri(), listener(echoed))
                    .join();
            socket.sendText("hello", true).join();

            assertThat(echoed.poll(30, TimeUnit.SECONDS)).isEqualTo("hello");
            var headers = ARRIVED.poll(30, TimeUnit.SECONDS);
            assertThat(headers).isNotNull();
            assertThat(headers.all("X-Remote-User")).containsExactly("admin");
            assertThat(headers.contains("Sec-WebSocket-Protocol")).isFalse();
            socket.abort();
        }
    }

    @Test
    void without_rights_there_is_no_upgrade() {
        try (var http = HttpClient.newHttpClient()) {
            var attempt = http.newWebSocketBuilder().buildAsync(uri(), listener(new LinkedBlockingQueue<>()));

            assertThatThrownBy(attempt::join)
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("Unexpected HTTP response status code 403");
        }
    }

    private static URI uri() {
        return URI.create("ws://127.0.0.1:" + fixture.port() + "/proxy/ws/socket");
    }

    private static WebSocket.Listener listener(BlockingQueue<String> texts) {
        return new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                texts.add(data.toString());
                return WebSocket.Listener.super.onText(socket, data, last);
            }
        };
    }
}
