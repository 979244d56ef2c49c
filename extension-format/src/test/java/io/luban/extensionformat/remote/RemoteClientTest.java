package io.luban.extensionformat.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteClientTest {
    private static final RemoteAccess SECRET = new RemoteAccess("me", "secret", "", false);
    private static final String BASIC = "Basic bWU6c2VjcmV0";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer own;
    private HttpServer other;

    @BeforeEach
    void start() throws IOException {
        own = serve();
        other = serve();
    }

    @AfterEach
    void stop() {
        over.countDown();
        own.stop(0);
        other.stop(0);
    }

    @Test
    void credentials_go_to_the_server_they_are_for_and_to_no_other() {
        try (var client = client(SECRET)) {
            client.get(at(own, "/same"), 100);
            client.get(at(own, "/elsewhere"), 100);
        }

        assertThat(asked)
                .containsExactly(
                        "own /same " + BASIC,
                        "own /landed " + BASIC,
                        "own /elsewhere " + BASIC,
                        "other /landed without");
    }

    @Test
    void a_chart_on_another_server_than_its_repository_is_fetched_without_credentials() {
        try (var client = client(SECRET)) {
            ChartFetch.fetch(
                    client, at(own, "/landed").toString(), at(own, "/charts").toString());
            ChartFetch.fetch(
                    client, at(other, "/landed").toString(), at(own, "/charts").toString());
            ChartFetch.fetch(client, "/landed", at(own, "/charts").toString());
            ChartFetch.fetch(client, at(own, "/landed").toString(), "");
        }

        assertThat(asked)
                .containsExactly(
                        "own /landed " + BASIC, "other /landed without", "own /landed " + BASIC, "own /landed without");
    }

    @Test
    void a_registry_s_own_token_does_not_follow_a_redirect_to_another_server() {
        try (var client = client(RemoteAccess.ANONYMOUS)) {
            var call = new RemoteClient.Call(
                    at(own, "/elsewhere"), Map.of("Authorization", "Bearer abc", "Accept", "text/plain"), false);
            client.send(call).close();
        }

        assertThat(asked).containsExactly("own /elsewhere Bearer abc", "other /landed without");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "gopher://example.org/", "ftp://example.org/chart.tgz"})
    void only_http_and_https_are_fetched(String address) {
        try (var client = client(RemoteAccess.ANONYMOUS)) {
            assertThatThrownBy(() -> client.get(URI.create(address), 100))
                    .isInstanceOf(RemoteException.class)
                    .hasMessage("unsupported scheme: " + URI.create(address).getScheme());
            assertThatThrownBy(
                            () -> ChartFetch.fetch(client, address, at(own, "/").toString()))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageStartingWith("unsupported scheme");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/to-file", "/to-metadata", "/round"})
    void a_redirect_leads_nowhere_one_may_not_go_and_not_round_for_ever(String path) {
        try (var client = client(SECRET)) {
            assertThatThrownBy(() -> client.get(at(own, path), 100))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageMatching("unsupported scheme: file"
                            + "|.*169\\.254\\.169\\.254.* is a link-local address, which is not asked"
                            + "|.*more than 10 redirects");
        }
    }

    @Test
    void a_body_that_is_too_long_is_refused() {
        try (var client = client(RemoteAccess.ANONYMOUS)) {
            assertThat(client.get(at(own, "/landed"), 6)).hasSize(6);
            assertThatThrownBy(() -> client.get(at(own, "/landed"), 5))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageEndingWith("/landed is larger than 5 bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/never", "/drip"})
    void a_server_that_takes_its_time_does_not_outlast_the_deadline(String path) {
        try (var client = new RemoteClient(RemoteAccess.ANONYMOUS, Map.of(), Deadline.in(Duration.ofMillis(300)))) {
            assertThatThrownBy(() -> client.get(at(own, path), 100)).isInstanceOf(RemoteException.class);
        }
    }

    @Test
    void an_answer_that_is_no_success_is_told_with_its_status_and_without_what_is_secret() {
        var address = URI.create("http://me:secret@127.0.0.1:%d/missing?token=abc"
                .formatted(own.getAddress().getPort()));
        try (var client = client(RemoteAccess.ANONYMOUS)) {
            assertThatThrownBy(() -> client.get(address, 100))
                    .isInstanceOf(RemoteException.class)
                    .hasMessageEndingWith("/missing : 404 Not Found")
                    .hasMessageNotContainingAny("secret", "abc");
        }
    }

    private HttpServer serve() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            boolean mine =
                    exchange.getLocalAddress().getPort() == own.getAddress().getPort();
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add("%s %s %s"
                    .formatted(mine ? "own" : "other", path, authorization == null ? "without" : authorization));
            switch (path) {
                case "/same" -> redirect(exchange, "/landed");
                case "/elsewhere" -> redirect(exchange, at(other, "/landed").toString());
                case "/to-file" -> redirect(exchange, "file:///etc/passwd");
                case "/to-metadata" -> redirect(exchange, "http://169.254.169.254/latest/meta-data");
                case "/round" -> redirect(exchange, "/round");
                case "/landed" -> send(exchange, "landed");
                case "/never" -> over.await();
                case "/drip" -> drip(exchange);
                default -> exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drip(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 50);
        exchange.getResponseBody().write('x');
        exchange.getResponseBody().flush();
        over.await();
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }

    private static void send(HttpExchange exchange, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static RemoteClient client(RemoteAccess access) {
        return new RemoteClient(access, Map.of(), Deadline.in(Duration.ofSeconds(20)));
    }

    private static URI at(HttpServer server, String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
    }
}
