package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the gateway publishes about all APIs behind it follows the APIServices. */
class PublishedDescriptionTest {
    private static final String API_SERVICES = GatewayFixture.EXTENSIONS + "apiservices";
    private static final Map<String, String> published = new ConcurrentHashMap<>();
    private static final Set<String> failing = ConcurrentHashMap.newKeySet();
    private static GatewayFixture fixture;
    private static HttpServer backend;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            var text = published.get(exchange.getRequestURI().toString());
            var body = (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
            int status = failing.contains(exchange.getRequestURI().toString()) ? 500 : text == null ? 404 : 200;
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        backend.start();
    }

    @AfterAll
    static void stop() {
        fixture.close();
        backend.stop(0);
    }

    @Test
    void tools_of_kubernetes_get_its_own_documents() {
        for (var name : new String[] {"v2", "v3"}) {
            fixture.apply("/openapi", "{metadata: {name: %s}, of: kubernetes}".formatted(name));
        }
        fixture.apply("/openapi/v3/apis/apps", "{metadata: {name: v1}, of: kubernetes}");
        var token = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
        var binary = fixture.send(fixture.request("/openapi/v2")
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"));
        assertThat(binary.body()).contains("\"of\":\"kubernetes\"");
        var index = fixture.send(fixture.request("/openapi/v3")
                .header("Authorization", "Bearer " + token)
                .header("User-Agent", "kubectl/v1.33.4 (linux/amd64) kubernetes/74cdb42"));
        assertThat(index.body()).contains("\"of\":\"kubernetes\"");
        assertThat(fixture.get("/openapi/v3/apis/apps/v1", token).body()).contains("\"of\":\"kubernetes\"");
        assertThat(fixture.get("/openapi/v3/apis/apps/v1", "").statusCode()).isEqualTo(401);
        assertThat(fixture.get("/openapi/v2", token).body()).contains("KubeSphere API");
    }

    @Test
    void describes_its_own_routes_to_anybody() {
        for (var path : new String[] {"/openapi/v2", "/openapi/v3"}) {
            var answer = fixture.get(path, "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            var document = Json.parse(answer.body());
            assertThat(document.at("/info/title").asText()).isEqualTo("KubeSphere API");
            assertThat(document.at("/paths/~1oauth~1token/post/tags/0").asText())
                    .isEqualTo("Authentication");
            var again = fixture.send(fixture.request(path)
                    .header("If-None-Match", answer.headers().firstValue("ETag").orElseThrow()));
            assertThat(again.statusCode()).isEqualTo(304);
        }
    }

    @Test
    void adds_what_backends_publish_and_drops_it_when_they_are_switched_off() {
        published.put("/base/openapi/v2", "{\"paths\": {\"/kapis/doc.io/v1/things\": {\"get\": {}}}}");
        published.put(
                "/base/openapi/v3",
                "{\"paths\": {\"apis/doc.io/v1\": {\"serverRelativeURL\": \"/openapi/v3/doc?hash=1\"}}}");
        published.put("/base/openapi/v3/doc?hash=1", "{\"paths\": {\"/kapis/doc.io/v1/boxes\": {\"get\": {}}}}");
        apply("Available", 1);
        await().until(() -> paths("/openapi/v2").has("/kapis/doc.io/v1/things"));
        await().until(() -> paths("/openapi/v3").has("/kapis/doc.io/v1/boxes"));

        published.put("/base/openapi/v2", "{\"paths\": {\"/kapis/doc.io/v1/newer\": {\"get\": {}}}}");
        apply("Available", 2);
        await().until(() -> paths("/openapi/v2").has("/kapis/doc.io/v1/newer"));
        assertThat(paths("/openapi/v2").has("/kapis/doc.io/v1/things")).isFalse();

        apply("Disabled", 2);
        await().until(() -> !paths("/openapi/v2").has("/kapis/doc.io/v1/newer"));
        assertThat(paths("/openapi/v2").has("/oauth/token")).isTrue();
    }

    @Test
    void one_format_of_a_backend_is_published_while_the_other_fails_and_follows_when_it_is_mended() {
        failing.add("/half/openapi/v3");
        published.put("/half/openapi/v2", "{\"paths\": {\"/kapis/half.io/v1/things\": {\"get\": {}}}}");
        published.put("/half/openapi/v3", "{\"paths\": {\"/kapis/half.io/v1/things\": {\"get\": {}}}}");
        fixture.apply(API_SERVICES, """
                metadata: {name: v1.half.io, generation: 1}
                spec: {group: half.io, version: v1, url: "http://127.0.0.1:%d/half"}
                """.formatted(backend.getAddress().getPort()));
        await().until(() -> paths("/openapi/v2").has("/kapis/half.io/v1/things"));
        assertThat(paths("/openapi/v3").has("/kapis/half.io/v1/things")).isFalse();

        failing.clear();
        await().until(() -> paths("/openapi/v3").has("/kapis/half.io/v1/things"));
    }

    @Test
    void routes_below_a_path_are_described_by_a_parameter() {
        var second = Json.parse(fixture.get("/openapi/v2", "").body()).at("/paths/~1static~1images~1{path}/get");
        assertThat(second.at("/parameters/0").toString())
                .isEqualTo("{\"name\":\"path\",\"in\":\"path\",\"required\":true,\"type\":\"string\"}");
        var third = Json.parse(fixture.get("/openapi/v3", "").body()).at("/paths/~1static~1images~1{path}/get");
        assertThat(third.at("/parameters/0/schema/type").asText()).isEqualTo("string");
        assertThat(paths("/openapi/v2").properties())
                .noneMatch(path -> path.getKey().contains("*"));
    }

    private static void apply(String state, int generation) {
        fixture.apply(
                API_SERVICES, """
                metadata: {name: v1.doc.io, generation: %d}
                spec: {group: doc.io, version: v1, url: "http://127.0.0.1:%d/base"}
                status: {state: %s}
                """.formatted(generation, backend.getAddress().getPort(), state));
    }

    private static JsonNode paths(String document) {
        return Json.parse(fixture.get(document, "").body()).path("paths");
    }
}
