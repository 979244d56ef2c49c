package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.apiserver.ApiServerConfig.ProxySettings;
import io.luban.apiserver.endpoint.ServiceRoute;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.http.Upstream;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How backends that are services are reached from a pod, from beside the cluster, and from far away. */
class ServiceRoutesTest {
    private static final String API_SERVICES = GatewayFixture.EXTENSIONS + "apiservices";
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";
    private static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
    /** Of a network for documentation (RFC 5737): nothing answers there. */
    private static final String FAR_AWAY = "192.0.2.1";

    private final List<String> probes = new CopyOnWriteArrayList<>();
    private HttpServer kubernetes;

    @SuppressWarnings("NullAway.Init") // every test starts its own
    private GatewayFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private String admin;

    /** Answers as the proxy of an API server would, with what arrived. */
    @BeforeEach
    void serve() throws IOException {
        kubernetes = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        kubernetes.createContext("/", exchange -> {
            var seen = Json.object()
                    .put("target", exchange.getRequestURI().toString())
                    .put("authorization", exchange.getRequestHeaders().getFirst("Authorization"))
                    .put("user", exchange.getRequestHeaders().getFirst("X-Remote-User"));
            if (exchange.getRequestURI().getPath().endsWith("/healthz")) {
                probes.add(seen.toString());
            }
            var body = Json.bytes(seen);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        kubernetes.start();
    }

    private void start(ServiceRoute route) throws IOException {
        var upstream = KubeUpstream.remote(
                Upstream.http("127.0.0.1", kubernetes.getAddress().getPort()), () -> "of-the-gateway");
        fixture = new GatewayFixture(config -> config.with(ProxySettings.DEFAULTS.with(route)), Optional.of(upstream));
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
    }

    @AfterEach
    void stop() {
        fixture.close();
        kubernetes.stop(0);
    }

    private void service(String name, String address, int port) {
        fixture.apply("/api/v1/services", """
                metadata: {name: %s, namespace: default}
                spec: {ports: [{name: http, port: 80}, {name: https, port: 443}]}
                """.formatted(name));
        fixture.apply(SLICES, """
                metadata: {name: %1$s-1, namespace: default, labels: {kubernetes.io/service-name: %1$s}}
                ports: [{name: http, port: %2$d}, {name: https, port: %2$d}]
                endpoints: [{addresses: ["%3$s"], conditions: {ready: true}}]
                """.formatted(name, port, address));
    }

    private void group(String group, String endpoint) {
        fixture.apply(API_SERVICES, """
                metadata: {name: v1.%1$s}
                spec: {group: %1$s, version: v1, %2$s}
                """.formatted(group, endpoint));
        await().until(() -> fixture.get("/kapis/" + group + "/v1/x", admin).statusCode() != 404);
    }

    /**
     * What is seen of a request once it arrives at that target. Services, their endpoints and those who use them are told of
     * independently, so the first requests may go elsewhere.
     */
    private JsonNode arrived(String path, String target) {
        return await().until(
                        () -> Json.parse(fixture.get(path, admin).body()),
                        seen -> seen.path("target").asText().equals(target));
    }

    private int backendPort() {
        return fixture.backend.getAddress().getPort();
    }

    @Test
    void from_far_away_goes_through_the_proxy_of_kubernetes_with_the_gateways_own_credentials() throws IOException {
        start(ServiceRoute.AUTO);
        service("far", FAR_AWAY, 80);
        group("far.io", "url: 'http://far.default.svc/base'");
        group("tls.io", "service: {name: far, namespace: default, path: /p}");

        var plain = arrived(
                "/kapis/far.io/v1/things/a%2Fb?x=%20",
                "/api/v1/namespaces/default/services/far:80/proxy/base/kapis/far.io/v1/things/a%2Fb?x=%20");
        assertThat(plain.path("authorization").asText()).isEqualTo("Bearer of-the-gateway");
        assertThat(plain.path("user").asText()).isEqualTo("admin");
        arrived(
                "/kapis/tls.io/v1/things",
                "/api/v1/namespaces/default/services/https:far:443/proxy/p/kapis/tls.io/v1/things");
    }

    @Test
    void from_far_away_bundles_and_probes_take_the_same_way() throws IOException {
        start(ServiceRoute.PROXY);
        service("far", "127.0.0.1", backendPort());
        group("probed.io", "url: 'http://far.default.svc', healthCheck: {url: /healthz, interval: 100ms}");
        fixture.apply(BUNDLES, """
                metadata: {name: far, labels: {kubesphere.io/extension-ref: far}}
                spec: {rawFrom: {url: "http://far.default.svc/main.js"}}
                """);
        await().until(() -> fixture.get("/dist/far/index.js", "").statusCode() == 200);
        arrived("/dist/far/index.js", "/api/v1/namespaces/default/services/far:80/proxy/main.js");
        await().until(() -> !probes.isEmpty());
        assertThat(probes.getFirst())
                .contains("/api/v1/namespaces/default/services/far:80/proxy/healthz", "Bearer of-the-gateway");
        arrived("/kapis/probed.io/v1/x", "/api/v1/namespaces/default/services/far:80/proxy/kapis/probed.io/v1/x");
    }

    @ParameterizedTest
    @EnumSource(
            value = ServiceRoute.class,
            names = {"AUTO", "API"})
    void beside_the_cluster_connects_to_ready_pods_itself(ServiceRoute route) throws IOException {
        start(route);
        service("near", "127.0.0.1", backendPort());
        group("near.io", "url: 'http://near.default.svc'");

        var seen = arrived("/kapis/near.io/v1/x", "/kapis/near.io/v1/x");
        assertThat(seen.at("/headers/Host").asText()).isEqualTo("near.default.svc");
        assertThat(seen.at("/headers/Authorization").asText()).isEqualTo("Bearer " + admin);
    }

    @Test
    void follows_external_names_and_hand_written_endpoints_and_says_when_nothing_is_ready() throws IOException {
        start(ServiceRoute.AUTO);
        fixture.apply("/api/v1/services", """
                metadata: {name: outside, namespace: default}
                spec: {type: ExternalName, externalName: localhost}
                """);
        group("outside.io", "url: 'http://outside.default.svc:%d'".formatted(backendPort()));
        arrived("/kapis/outside.io/v1/x", "/kapis/outside.io/v1/x");

        fixture.apply("/api/v1/services", """
                metadata: {name: manual, namespace: default}
                spec: {ports: [{port: 80}]}
                """);
        group("manual.io", "url: 'http://manual.default.svc'");
        await().untilAsserted(() -> {
            var empty = fixture.get("/kapis/manual.io/v1/x", admin);
            assertThat(empty.statusCode()).isEqualTo(503);
            assertThat(Json.parse(empty.body()).path("message").asText())
                    .isEqualTo("service default/manual port 80 has no ready endpoint");
        });
        fixture.apply("/api/v1/endpoints", """
                metadata: {name: manual, namespace: default}
                subsets: [{addresses: [{ip: 127.0.0.1}], ports: [{port: %d}]}]
                """.formatted(backendPort()));
        await().until(() -> fixture.get("/kapis/manual.io/v1/x", admin).statusCode() == 200);

        group("nowhere.io", "url: 'http://nowhere.default.svc'");
        assertThat(fixture.get("/kapis/nowhere.io/v1/x", admin).statusCode()).isEqualTo(503);
    }

    @Test
    void in_a_pod_leaves_names_to_the_clusters_name_service() throws IOException {
        start(ServiceRoute.DNS);
        service("near", "127.0.0.1", backendPort());
        group("near.io", "url: 'http://near.default.svc'");

        var answer = fixture.get("/kapis/near.io/v1/x", admin);
        assertThat(answer.statusCode()).as("there is no such name here").isEqualTo(502);
        assertThat(Json.parse(answer.body()).path("message").asText()).contains("http://near.default.svc:80");
    }

    @Test
    void takes_turns_among_ready_pods_and_sends_bodies_along() throws IOException {
        start(ServiceRoute.AUTO);
        service("two", "127.0.0.1", backendPort());
        fixture.apply(SLICES, """
                metadata: {name: two-2, namespace: default, labels: {kubernetes.io/service-name: two}}
                ports: [{name: http, port: %d}]
                endpoints:
                - {addresses: [127.0.0.1], conditions: {ready: true}}
                - {addresses: [127.0.0.3], conditions: {ready: false}}
                """.formatted(ClosedPort.number()));
        group("two.io", "url: 'http://two.default.svc'");
        await().untilAsserted(() -> {
            var codes = new TreeSet<Integer>();
            for (int i = 0; i < 6; i++) {
                codes.add(fixture.send(fixture.request("/kapis/two.io/v1/x")
                                .header("Authorization", "Bearer " + admin)
                                .POST(BodyPublishers.ofString("{}")))
                        .statusCode());
            }
            assertThat(codes).containsExactly(200, 502);
        });
    }
}
