package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.http.Handler;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.model.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of metrics behind the API server: over TLS, with the front proxy's certificate, up and down. */
class AggregationIT {
    private static final String RESOURCES = """
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1", "resources": [
             {"name": "nodes", "singularName": "", "namespaced": false, "kind": "NodeMetrics", "verbs": ["get", "list"]}
            ]}""";
    private static final String DOCUMENT = """
            {"openapi": "3.0.0", "info": {"title": "m", "version": "1"}, "paths": {"/apis/metrics.k8s.io/v1beta1/nodes":
             {}}, "components": {"schemas": {"NodeMetrics": {"type": "object"}}}}""";

    @TempDir
    Path directory;

    private TestCluster cluster;
    private HttpRuntime runtime;
    private HttpServer extension;
    private Pki pki;

    @BeforeEach
    void start() {
        cluster = TestCluster.start(directory.resolve("data"));
        runtime = HttpRuntime.create();
        var config = EmbeddedKubeConfig.of(directory.resolve("other"));
        pki = Pki.open(directory.resolve("pki"), config, Clock.systemUTC());
        extension = listen(0);
    }

    @AfterEach
    void stop() {
        extension.close();
        cluster.close();
        runtime.close();
    }

    private HttpServer listen(int port) {
        var identity = pki.servingCertificate();
        var tls = new TlsMaterial(identity.certificatePem(), identity.keyPem(), true);
        Handler handler = AggregationIT::serve;
        return HttpServer.start(
                runtime,
                new ServerConfig("127.0.0.1", port, Optional.of(tls), Limits.DEFAULTS),
                request -> Optional.empty(),
                handler);
    }

    private static Reply serve(Request request) {
        return switch (request.path()) {
            case "/apis/metrics.k8s.io/v1beta1" -> json(RESOURCES);
            case "/openapi/v3/apis/metrics.k8s.io/v1beta1" -> json(DOCUMENT);
            case "/apis/metrics.k8s.io/v1beta1/nodes" -> {
                var answer = Json.object().put("kind", "NodeMetricsList").put("query", request.rawQuery());
                answer.put("user", request.header("X-Remote-User").orElse(""));
                answer.put("groups", String.join(",", request.headers().all("X-Remote-Group")));
                answer.put(
                        "caller",
                        request.clientCertificates().isEmpty()
                                ? ""
                                : request.clientCertificates()
                                        .getFirst()
                                        .getSubjectX500Principal()
                                        .getName());
                yield Reply.json(200, Json.bytes(answer));
            }
            default -> Reply.text(404, "not here");
        };
    }

    private static Reply json(String text) {
        return new Reply.Content(
                200, Headers.of("Content-Type", "application/json"), text.getBytes(StandardCharsets.UTF_8));
    }

    private String get(String path) {
        return cluster.send(cluster.request(path)).body();
    }

    private void register(String trust) {
        cluster.server()
                .localServices()
                .register(
                        ServicePort.of("kube-system", "metrics", 443),
                        URI.create("https://127.0.0.1:" + extension.port()));
        var answer = cluster.send(cluster.request("/apis/apiregistration.k8s.io/v1/apiservices")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                         "metadata": {"name": "v1beta1.metrics.k8s.io"}, "spec": {"group": "metrics.k8s.io",
                         "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100, %s,
                         "service": {"namespace": "kube-system", "name": "metrics"}}}""".formatted(trust))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private void awaitCondition(String reason) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(get("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io"))
                                .contains("\"reason\":\"" + reason + "\""));
    }

    private String aggregated() {
        return cluster.send(cluster.request("/apis")
                        .header("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"))
                .body();
    }

    @Test
    void the_groups_of_the_server_itself_are_listed() {
        assertThat(get("/apis/apiregistration.k8s.io/v1/apiservices/v1.apps"))
                .contains("\"groupPriorityMinimum\":17800")
                .contains("Local APIServices are always available")
                .contains("\"kube-aggregator.kubernetes.io/automanaged\":\"onstart\"");
        assertThat(get("/apis/apiregistration.k8s.io/v1/apiservices/v1.")).contains("\"versionPriority\":1");
        assertThat(get("/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication"))
                .contains("requestheader-client-ca-file")
                .contains("[\\\"front-proxy-client\\\"]");
    }

    @Test
    void a_registered_server_answers_in_the_name_of_its_users() {
        register("\"insecureSkipTLSVerify\": true");
        awaitCondition("Passed");

        var nodes = Json.parseObject(
                get("/apis/metrics.k8s.io/v1beta1/nodes?limit=5").getBytes(StandardCharsets.UTF_8));
        assertThat(nodes.path("query").asText()).isEqualTo("limit=5");
        assertThat(nodes.path("user").asText()).isEqualTo("kubernetes-admin");
        assertThat(nodes.path("groups").asText()).contains("system:masters");
        assertThat(nodes.path("caller").asText()).contains("CN=front-proxy-client");
        assertThat(get("/apis")).contains("metrics.k8s.io/v1beta1");
        assertThat(get("/apis/metrics.k8s.io")).contains("preferredVersion");
        assertThat(aggregated()).contains("\"kind\":\"NodeMetrics\"").contains("\"resource\":\"nodes\"");
        assertThat(get("/openapi/v3")).contains("apis/metrics.k8s.io/v1beta1");
        assertThat(get("/openapi/v3/apis/metrics.k8s.io/v1beta1")).contains("NodeMetrics");
        var stranger = cluster.send(cluster.stranger(), cluster.request("/apis/metrics.k8s.io/v1beta1/nodes"));
        assertThat(stranger.statusCode()).isEqualTo(403);
    }

    @Test
    void a_server_that_cannot_be_trusted_or_reached_costs_its_own_group_only() throws Exception {
        var ca = Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve("data/pki/ca.crt")));
        register("\"caBundle\": \"" + ca + "\"");
        awaitCondition("FailedDiscoveryCheck");

        assertThat(cluster.send(cluster.request("/apis/metrics.k8s.io/v1beta1/nodes"))
                        .statusCode())
                .isEqualTo(503);
        assertThat(aggregated()).contains("\"freshness\":\"Stale\"").contains("\"name\":\"apps\"");
        assertThat(get("/openapi/v3")).doesNotContain("metrics.k8s.io");
        cluster.send(cluster.request("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io")
                .DELETE());
        assertThat(get("/apis")).doesNotContain("metrics.k8s.io");
    }

    @Test
    void a_service_without_endpoints_is_told_from_one_that_is_missing() {
        for (var body : java.util.List.of("""
                /api/v1/namespaces/kube-system/services
                {"metadata": {"name": "idle"}, "spec": {"selector": {"app": "idle"}, "ports": [{"port": 443}]}}""", """
                /apis/apiregistration.k8s.io/v1/apiservices
                {"metadata": {"name": "v1beta1.metrics.k8s.io"}, "spec": {"group": "metrics.k8s.io",
                 "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                 "service": {"namespace": "kube-system", "name": "idle"}}}""")) {
            int end = body.indexOf('\n');
            var answer = cluster.send(cluster.request(body.substring(0, end))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.substring(end))));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        }

        awaitCondition("MissingEndpoints");
        assertThat(cluster.send(cluster.request("/apis/metrics.k8s.io/v1beta1/nodes"))
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void a_service_that_is_not_there_is_named() {
        var created = cluster.send(cluster.request("/apis/apiregistration.k8s.io/v1/apiservices")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                         "metadata": {"name": "v1beta1.metrics.k8s.io"}, "spec": {"group": "metrics.k8s.io",
                         "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                         "service": {"namespace": "kube-system", "name": "nobody"}}}""")));
        assertThat(created.statusCode()).isEqualTo(201);

        awaitCondition("ServiceNotFound");
        assertThat(get("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io"))
                .contains("service/nobody in \\\"kube-system\\\" is not present");
    }
}
