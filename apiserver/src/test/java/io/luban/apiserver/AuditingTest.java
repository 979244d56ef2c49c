package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded of requests, and that it arrives at both kinds of collectors. */
class AuditingTest {
    @TempDir
    private static Path folder;

    private static final String EVENTS = "/kapis/auditing.kubesphere.io/v1alpha1/events";
    private static final List<String> posted = new CopyOnWriteArrayList<>();
    private static final AtomicInteger refusals = new AtomicInteger();
    private static GatewayFixture fixture;
    private static HttpServer collector;
    private static Path file;
    private static String admin;

    @BeforeAll
    static void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            if (refusals.getAndIncrement() < 2) {
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
                return;
            }
            posted.add(new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        file = folder.resolve("logs/audit.log");
        var url = "http://127.0.0.1:" + collector.getAddress().getPort() + "/events?x=1";
        fixture = new GatewayFixture(new AuditSettings(
                        AuditLevel.REQUEST_RESPONSE,
                        10,
                        Duration.ofMillis(50),
                        1000,
                        false,
                        true,
                        List.of("patch"),
                        List.of("/metrics*"),
                        Optional.of(new AuditSettings.Webhook(url, 10, AuditSettings.Format.CONCAT, new byte[0], true)),
                        Optional.of(new AuditSettings.LogFile(file.toString(), 20_000, 2, Duration.ofDays(7))),
                        Optional.of(new AuditSettings.ClusterEvents(5)))
                .keeping(50));
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        var namespace = GatewayFixture.named("ns1");
        namespace.withObject("/metadata").putObject("labels").put("kubesphere.io/workspace", "ws1");
        fixture.kubernetes.put("/api/v1/namespaces", namespace);
        var system = GatewayFixture.named("kubesphere-system");
        system.withObject("/metadata").putObject("annotations").put("cluster.kubesphere.io/name", "host");
        fixture.kubernetes.put("/api/v1/namespaces", system);
        fixture.kubernetes.serve("/api/v1/namespaces/ns1/configmaps");
    }

    @AfterAll
    static void stop() {
        fixture.close();
        collector.stop(0);
    }

    @Test
    void records_who_created_what_with_both_bodies() {
        // again with other names until the gateway has heard of the namespace's workspace
        var number = new AtomicInteger();
        var event = await().until(
                        () -> {
                            var name = "c" + number.incrementAndGet();
                            send("POST", "/api/v1/namespaces/ns1/configmaps?pretty=1", body(name));
                            return created();
                        },
                        found -> !found.isMissingNode());
        var name = event.at("/ObjectRef/Name").asText();
        assertThat(event.path("Verb").asText()).isEqualTo("create");
        assertThat(event.path("Level").asText()).isEqualTo("RequestResponse");
        assertThat(event.path("Stage").asText()).isEqualTo("ResponseComplete");
        assertThat(event.at("/User/username").asText()).isEqualTo("admin");
        assertThat(event.at("/User/groups/0").asText()).isEqualTo("system:authenticated");
        assertThat(event.at("/ObjectRef/Resource").asText()).isEqualTo("configmaps");
        assertThat(name).matches("c\\d+");
        assertThat(event.at("/ObjectRef/Namespace").asText()).isEqualTo("ns1");
        assertThat(event.at("/ObjectRef/ResourceVersion").asText()).isEqualTo("Namespace");
        assertThat(event.at("/ResponseStatus/code").asInt()).isEqualTo(201);
        assertThat(event.at("/RequestObject/metadata/name").asText()).isEqualTo(name);
        assertThat(event.at("/ResponseObject/metadata/uid").asText()).isNotEmpty();
        assertThat(event.path("SourceIPs").get(0).asText()).isEqualTo("127.0.0.1");
        assertThat(event.path("Cluster").asText()).isEqualTo("host");
        assertThat(event.path("RequestReceivedTimestamp").asText()).matches(".*T.*\\.\\d{6}Z");
    }

    @Test
    void records_failures_of_backends_as_the_client_reads_them() {
        fixture.apply(GatewayRig.PROXIES, """
                metadata: {name: audited}
                spec: {matcher: {path: /proxy/audited}, upstream: {url: 'http://127.0.0.1:1'}}
                """);
        var answer = await().until(() -> fixture.get("/proxy/audited", admin), found -> found.statusCode() == 502);

        var message = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8))
                .path("message")
                .asText();
        assertThat(message).startsWith("Error while proxying request: ");
        await().until(() -> event("/proxy/audited", "GET")
                .at("/ResponseObject/message")
                .asText()
                .equals(message));
    }

    @Test
    void records_reads_paths_and_refusals_but_not_what_is_left_out() {
        fixture.get("/api/v1/nodes", admin);
        fixture.get("/nowhere", admin);
        fixture.get("/api/v1/nodes", "");
        fixture.get("/metrics", admin);
        send("PATCH", "/api/v1/namespaces/ns1/configmaps/c1", "{}");
        send("POST", "/api/v1/namespaces/ns1/configmaps?dryRun=All", "{\"metadata\":{\"name\":\"dry\"}}");

        await().until(() -> recorded().stream()
                .anyMatch(event -> event.at("/ResponseStatus/code").asInt() == 403));
        await().until(() -> !event("/nowhere", "GET").isMissingNode());
        await().until(() -> recorded().stream()
                .anyMatch(event -> event.at("/ResponseObject/items").isArray()));
        assertThat(recorded())
                .noneMatch(event -> event.path("RequestURI").asText().equals("/metrics"))
                .noneMatch(event -> event.path("Verb").asText().equals("patch"))
                .noneMatch(event -> event.at("/ObjectRef/Name").asText().equals("dry"));
    }

    @Test
    void keeps_credentials_and_long_bodies_out() {
        fixture.login("bob", "not-the-password");
        send("POST", GatewayFixture.SECRETS, "{\"metadata\":{\"name\":\"s1\"},\"data\":{\"k\":\"c2VjcmV0\"}}");
        send(
                "POST",
                "/api/v1/namespaces/ns1/configmaps",
                "{\"metadata\":{\"name\":\"long\"},\"data\":{\"k\":\"" + "x".repeat(2000) + "\"}}");

        await().until(() -> recorded().stream()
                .anyMatch(event -> event.at("/ObjectRef/Name").asText().equals("s1")));
        await().until(() -> recorded().stream()
                .anyMatch(event -> event.at("/Annotations/audit.luban.io~1left-out")
                        .asText()
                        .contains("longer than 1000")));
        assertThat(String.join("", posted))
                .doesNotContain("c2VjcmV0")
                .doesNotContain("not-the-password")
                .doesNotContain("xxxxxx");
    }

    @Test
    void tells_switching_a_user_on_from_other_updates() {
        send("PUT", GatewayFixture.IAM + "users/bob", user("Disabled"));
        await().until(() -> !event(GatewayFixture.IAM + "users/bob", "disable").isMissingNode());
        send("PUT", GatewayFixture.IAM + "users/bob", user("Active"));

        await().until(() -> !event(GatewayFixture.IAM + "users/bob", "enable").isMissingNode());
    }

    @Test
    void writes_a_file_that_only_its_owner_reads_and_puts_it_aside_when_it_has_grown() {
        for (int i = 0; i < 150; i++) {
            fixture.get("/nowhere/" + i, admin);
        }

        // files are moved and removed until the last event is written
        await().ignoreExceptionsInstanceOf(NoSuchFileException.class).untilAsserted(() -> {
            assertThat(aside()).hasSize(2);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.size(file)).isLessThanOrEqualTo(20_000);
            try (var lines = Files.lines(aside().getFirst())) {
                assertThat(lines).allMatch(line -> Json.parse(line).has("AuditID"));
            }
        });
        assertThat(fixture.get("/metrics", "").body()).contains("ks_audit_events_total{result=\"delivered\"}");
    }

    @Test
    void writes_kubernetes_events_of_changes_and_refusals_but_only_so_many() {
        fixture.kubernetes.serve("/api/v1/namespaces/ns2/configmaps", "/api/v1/namespaces/ns2/events");
        for (int i = 0; i < 10; i++) {
            send("POST", "/api/v1/namespaces/ns2/configmaps", "{\"metadata\":{\"name\":\"e" + i + "\"}}");
        }
        await().until(() -> recorded().stream()
                .anyMatch(event -> event.at("/ObjectRef/Name").asText().equals("e9")));

        var events = Json.parse(
                        fixture.get("/api/v1/namespaces/ns2/events", admin).body())
                .path("items");
        assertThat(events.size()).isLessThanOrEqualTo(5);
    }

    @Test
    void the_last_events_are_read_back_newest_first_and_filtered() {
        for (int i = 0; i < 60; i++) {
            fixture.get("/api/v1/nodes/n" + i, admin);
        }
        await().until(() -> events("?name=n59").path("totalItems").asInt() == 1);

        var all = events("?limit=10000");
        assertThat(all.path("totalItems").asInt()).isEqualTo(50);
        assertThat(events("?resource=nodes&verb=get&user=admin&limit=2").path("items"))
                .extracting(event -> event.at("/ObjectRef/Name").asText())
                .containsExactly("n59", "n58");
        assertThat(events("?user=nobody").path("items")).isEmpty();
        assertThat(fixture.get(EVENTS + "?limit=many", admin).statusCode()).isEqualTo(400);
        assertThat(fixture.get(EVENTS, fixture.token("bob", GatewayFixture.BOB_PASSWORD))
                        .statusCode())
                .isEqualTo(403);
    }

    private static JsonNode events(String query) {
        return Json.parse(fixture.get(EVENTS + query, admin).body());
    }

    private static List<Path> aside() throws IOException {
        try (var files = Files.list(folder.resolve("logs"))) {
            return files.filter(path -> !path.equals(file)).toList();
        }
    }

    private static String user(String state) {
        var user = fixture.kubernetes.object(GatewayFixture.IAM + "users/bob");
        user.withObject("/status").put("state", state);
        return Json.text(user);
    }

    private static void send(String method, String target, String body) {
        fixture.send(fixture.request(target)
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    /** Everything posted so far: objects one after the other without anything between them. */
    private static List<JsonNode> recorded() {
        try {
            return Json.mapper()
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(String.join("", posted))
                    .readAll();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String body(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\"}}";
    }

    /** The event about a new ConfigMap of the workspace. */
    private static JsonNode created() {
        return recorded().stream()
                .filter(event -> event.path("RequestURI").asText().equals("/api/v1/namespaces/ns1/configmaps"))
                .filter(event -> event.at("/ObjectRef/Name").asText().startsWith("c"))
                .filter(event -> event.path("Workspace").asText().equals("ws1"))
                .filter(event -> event.path("Cluster").asText().equals("host"))
                .findFirst()
                .orElse(Json.object().path("none"));
    }

    private static JsonNode event(String path, String verb) {
        return recorded().stream()
                .filter(event -> event.path("RequestURI").asText().equals(path))
                .filter(event -> event.path("Verb").asText().equals(verb))
                .reduce((first, last) -> last)
                .orElse(Json.object().path("none"));
    }
}
