package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.embeddedkube.configuration.AuditSettings;
import io.luban.embeddedkube.configuration.IdentitySettings;
import io.luban.embeddedkube.pki.Pki;
import io.luban.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may send, who it is taken for, and what is noted of it. */
class RequestHandlingIT {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String WHO_AM_I = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    @TempDir
    static Path directory;

    private static Pki proxies;
    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        var tokens = Files.writeString(directory.resolve("tokens.csv"), "s3cret,ann,7,\"devs\"\n");
        var config = EmbeddedKubeConfig.of(directory.resolve("data"));
        proxies = Pki.open(directory.resolve("proxies"), config, Clock.systemUTC());
        cluster = TestCluster.start(config.simulating(false, Duration.ZERO)
                .with(new IdentitySettings(
                        Optional.of(tokens),
                        Optional.of(directory.resolve("proxies").resolve("ca.crt"))))
                .with(new AuditSettings(Optional.of(Path.of("audit.log")), AuditLevel.REQUEST_RESPONSE, 10_000_000)));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void tokens_of_the_file_and_of_a_checker_are_accepted_and_others_are_401() {
        assertThat(whoami(cluster.stranger(), "Authorization", "Bearer s3cret")
                        .path("username")
                        .asText())
                .isEqualTo("ann");
        assertThat(status(cluster.stranger(), "Bearer nobody")).isEqualTo(401);
        assertThat(status(cluster.stranger(), "Bearer ")).isEqualTo(401);
        assertThat(status(cluster.stranger(), "Basic YTpi")).isEqualTo(401);

        cluster.server()
                .acceptTokensOf(token -> token.equals("nobody")
                        ? Optional.of(new User("bob", "", List.of(), Map.of()))
                        : Optional.empty());
        assertThat(whoami(cluster.stranger(), "Authorization", "Bearer nobody")
                        .path("username")
                        .asText())
                .isEqualTo("bob");
        assertThat(review("nobody").at("/status/user/username").asText()).isEqualTo("bob");
        assertThat(review("s3cret").at("/status/user/groups/0").asText()).isEqualTo("devs");
        assertThat(review("unknown").at("/status/authenticated").asBoolean()).isFalse();
    }

    @Test
    void a_front_proxy_names_users_and_nobody_else_does() throws Exception {
        var keys = newKeys();
        var proxy = cluster.client(
                parsed(proxies.issueClient("proxy", List.of(), keys.getPublic(), Duration.ofHours(1))),
                keys.getPrivate());

        var user = whoami(proxy, "X-Remote-User", "eve", "X-Remote-Group", "ops", "X-Remote-Extra-A%2fb", "c");

        assertThat(user.path("username").asText()).isEqualTo("eve");
        assertThat(user.path("groups")).extracting(JsonNode::asText).containsExactly("ops", "system:authenticated");
        assertThat(user.at("/extra/a~1b/0").asText()).isEqualTo("c");
        assertThat(whoami(cluster.admin(), "X-Remote-User", "eve")
                        .path("username")
                        .asText())
                .isEqualTo("kubernetes-admin");
        assertThat(cluster.send(proxy, cluster.request(CONFIG_MAPS)).statusCode())
                .as("the proxy is nobody itself")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http/1.0", "http/1.1"})
    void clients_of_before_1997_are_answered_until_the_connection_ends(String protocol) throws IOException {
        try (var socket = cluster.socket()) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(protocol.isEmpty() ? new String[0] : new String[] {protocol});
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write("GET /version HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.0 200 OK\r\n").contains("v1.33");
        }
    }

    @Test
    void half_characters_are_replaced() {
        var response = cluster.send(
                cluster.request(CONFIG_MAPS)
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"metadata\":{\"name\":\"half\"},\"data\":{\"a\":\"x\\ud800y\\\\ud800\",\"b\":\"\\udc00\\ud83d\\ude00\"}}")));

        assertThat(response.statusCode()).isEqualTo(201);
        var stored =
                Json.parse(cluster.send(cluster.request(CONFIG_MAPS + "/half")).body());
        assertThat(stored.at("/data/a").asText()).isEqualTo("x\ufffdy\\ud800");
        assertThat(stored.at("/data/b").asText()).isEqualTo("\ufffd\ud83d\ude00");
    }

    @Test
    void a_certificate_goes_before_a_token() {
        assertThat(whoami(cluster.admin(), "Authorization", "Bearer s3cret")
                        .path("username")
                        .asText())
                .isEqualTo("kubernetes-admin");
    }

    @Test
    void what_is_too_long_or_broken_is_refused() throws IOException {
        assertThat(raw("GET " + CONFIG_MAPS + "?x=" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: x"))
                .contains(" 414 ");
        assertThat(raw("GET " + CONFIG_MAPS + "?timeout=soon HTTP/1.1\r\nHost: x"))
                .contains(" 400 ");
        assertThat(raw("GET " + CONFIG_MAPS + " HTTP/1.1\r\nHost: x\r\nX-A: a\u0001b"))
                .contains(" 400 ");
        assertThat(raw("GET " + CONFIG_MAPS + "/a%00b HTTP/1.1\r\nHost: x")).contains(" 400 ");
        assertThat(raw("GET " + CONFIG_MAPS + "/%ff HTTP/1.1\r\nHost: x")).contains(" 400 ");
        assertThat(raw("GET " + CONFIG_MAPS + "/a%2Fb HTTP/1.1\r\nHost: x")).contains(" 404 ");
        var yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: \"\u00ff\"}\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        var answer = cluster.send(cluster.request(CONFIG_MAPS)
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofByteArray(yaml)));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not UTF-8");
    }

    @Test
    void every_request_leaves_a_line_and_secrets_leave_no_body() throws IOException {
        cluster.send(cluster.request("/version?begin"));
        post(CONFIG_MAPS, "{'metadata':{'name':'a'},'data':{'word':'visible'}}");
        post("/api/v1/namespaces/default/secrets", "{'metadata':{'name':'a'},'stringData':{'word':'hidden'}}");
        post("/api/v1/namespaces/default/serviceaccounts/default/token", "{}");
        cluster.send(cluster.stranger(), cluster.request(CONFIG_MAPS + "/a"));
        cluster.send(cluster.stranger(), cluster.request(CONFIG_MAPS).header("Authorization", "Bearer wrong"));
        cluster.send(cluster.request(CONFIG_MAPS + "?watch=1&timeoutSeconds=1"));
        cluster.send(cluster.request(CONFIG_MAPS).header("Impersonate-User", "joe"));

        var file = directory.resolve("data/audit.log");
        var whole = await().until(
                        () -> Files.readString(file), text -> text.contains("impersonatedUser") && text.endsWith("\n"));
        var begin = whole.indexOf('\n', whole.indexOf("/version?begin")) + 1;
        var text = whole.substring(begin);
        var events = text.lines().map(Json::parse).toList();
        assertThat(text).contains("visible").doesNotContain("hidden").doesNotContain("eyJ");
        assertThat(events)
                .extracting(event -> "%s %s %s %d %s"
                        .formatted(
                                event.path("verb").asText(),
                                event.at("/objectRef/resource").asText(),
                                event.path("stage").asText(),
                                event.at("/responseStatus/code").asInt(),
                                event.at("/annotations/authorization.k8s.io~1decision")
                                        .asText("-")))
                .containsExactly(
                        "create configmaps ResponseComplete 201 allow",
                        "create secrets ResponseComplete 201 allow",
                        "create serviceaccounts ResponseComplete 201 allow",
                        "get configmaps ResponseComplete 403 forbid",
                        "list configmaps ResponseComplete 401 -",
                        "watch configmaps ResponseStarted 200 allow",
                        "watch configmaps ResponseComplete 200 allow",
                        "list configmaps ResponseComplete 403 forbid");
        assertThat(events.get(3).at("/user/username").asText()).isEqualTo("system:anonymous");
        assertThat(events.getLast().at("/impersonatedUser/username").asText()).isEqualTo("joe");
    }

    @Test
    void a_stopping_server_ends_its_watches_with_a_bookmark(@TempDir Path other) throws Exception {
        try (var stopping = TestCluster.start(other, false)) {
            var watch = stopping.admin()
                    .sendAsync(
                            stopping.request(CONFIG_MAPS + "?watch=1&allowWatchBookmarks=true")
                                    .build(),
                            BodyHandlers.ofString());
            await().until(() -> watches(stopping) >= 1);

            stopping.server().close();

            var last =
                    watch.get().body().lines().reduce((first, second) -> second).orElseThrow();
            assertThat(Json.parse(last).path("type").asText()).isEqualTo("BOOKMARK");
        }
    }

    private static double watches(TestCluster cluster) {
        var name = "apiserver_watches";
        return cluster.send(cluster.request("/metrics"))
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private JsonNode whoami(HttpClient client, String... headers) {
        var request = cluster.request(WHO_AM_I).POST(BodyPublishers.ofString("{}"));
        request.header("Content-Type", "application/json");
        request.headers(headers);
        return Json.parse(cluster.send(client, request).body()).at("/status/userInfo");
    }

    private int status(HttpClient client, String authorization) {
        return cluster.send(client, cluster.request(CONFIG_MAPS).header("Authorization", authorization))
                .statusCode();
    }

    private JsonNode review(String token) {
        return post("/apis/authentication.k8s.io/v1/tokenreviews", "{'spec':{'token':'" + token + "'}}");
    }

    private JsonNode post(String path, String json) {
        var request = cluster.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.replace('\'', '"')));
        return Json.parse(cluster.send(request).body());
    }

    /** The status line for a request by the token of the file, whose user may do nothing but is known. */
    private String raw(String head) throws IOException {
        try (var socket = cluster.socket()) {
            write(socket.getOutputStream(), head + "\r\nAuthorization: Bearer s3cret\r\nConnection: close\r\n\r\n");
            var answer = socket.getInputStream().readAllBytes();
            var text = new String(answer, StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("nothing");
        }
    }

    private static void write(java.io.OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static Certificate parsed(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
