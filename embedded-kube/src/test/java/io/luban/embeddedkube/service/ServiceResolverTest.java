package io.luban.embeddedkube.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.memory.TestCluster;
import io.luban.model.Json;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceResolverTest {
    private static final ServicePort WEB = ServicePort.of("default", "web", 80);

    private final TestCluster cluster = new TestCluster();
    private final LocalServices local = new LocalServices();

    @AfterEach
    void close() {
        cluster.close();
    }

    private Resolution resolve(ServicePort port, Map<String, String> configured) {
        return new ServiceResolver(cluster.store(), local, configured).resolve(port);
    }

    private void createService(String spec) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'web', 'namespace': 'default'},
                 'spec': {%s}}""".formatted(spec));
    }

    private void createSlice(String endpoint) {
        cluster.create("""
                {'apiVersion': 'discovery.k8s.io/v1', 'kind': 'EndpointSlice', 'addressType': 'IPv4',
                 'metadata': {'name': 'web-1', 'namespace': 'default', 'labels': {'kubernetes.io/service-name': 'web'}},
                 'ports': [{'name': 'http', 'port': 8080}], 'endpoints': [%s]}""".formatted(endpoint));
    }

    private void createPod(String annotations) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'default',
                 'annotations': {%s}}, 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}""".formatted(annotations));
    }

    private static Resolution found(String host, int port) {
        return new Resolution.Found(new ServiceBackend("", host, port, "", "web.default.svc"));
    }

    @Test
    void a_service_is_found_by_number_and_name_of_its_port() {
        createService("'ports': [{'name': 'http', 'port': 80}]");
        createSlice("{'addresses': ['10.0.0.1']}");

        assertThat(resolve(WEB, Map.of())).isEqualTo(found("10.0.0.1", 8080));
        assertThat(resolve(new ServicePort("default", "web", "http"), Map.of())).isEqualTo(found("10.0.0.1", 8080));
    }

    @Test
    void missing_services_ports_and_endpoints_are_told_apart() {
        assertThat(resolve(WEB, Map.of())).isEqualTo(new Resolution.NoService());
        createService("'ports': [{'name': 'http', 'port': 80}]");
        assertThat(resolve(ServicePort.of("default", "web", 81), Map.of())).isEqualTo(new Resolution.NoPort());
        assertThat(resolve(WEB, Map.of())).isEqualTo(new Resolution.NoEndpoints());
        createSlice("{'addresses': ['10.0.0.1'], 'conditions': {'ready': false}}");
        assertThat(resolve(WEB, Map.of())).isEqualTo(new Resolution.NoEndpoints());
    }

    @Test
    void simulated_pods_are_no_backends_but_others_are() {
        createService("'ports': [{'name': 'http', 'port': 80}]");
        createSlice("{'addresses': ['10.0.0.1'], 'targetRef': {'kind': 'Pod', 'name': 'p'}}");

        assertThat(resolve(WEB, Map.of())).isEqualTo(new Resolution.NoEndpoints());
        createPod("");
        assertThat(resolve(WEB, Map.of())).isEqualTo(found("10.0.0.1", 8080));
    }

    @Test
    void backends_take_turns() {
        createService("'ports': [{'name': 'http', 'port': 80}]");
        createSlice("{'addresses': ['10.0.0.1']}, {'addresses': ['10.0.0.2']}");
        var resolver = new ServiceResolver(cluster.store(), local, Map.of());

        assertThat(new Resolution[] {resolver.resolve(WEB), resolver.resolve(WEB)})
                .containsExactlyInAnyOrder(found("10.0.0.1", 8080), found("10.0.0.2", 8080));
    }

    @Test
    void an_external_name_is_an_address() {
        createService("'type': 'ExternalName', 'externalName': 'example.org'");

        assertThat(resolve(WEB, Map.of())).isEqualTo(found("example.org", 80));
    }

    @Test
    void what_this_process_serves_comes_first_then_what_is_configured() throws Exception {
        var configured = Map.of("default/web:80", "https://10.1.1.1:8443/base/");
        var expected = new Resolution.Found(new ServiceBackend("https", "10.1.1.1", 8443, "/base", "web.default.svc"));
        assertThat(resolve(WEB, configured)).isEqualTo(expected);
        assertThat(resolve(WEB, Map.of("web.default.svc:80", "https://10.1.1.1:8443/base")))
                .isEqualTo(expected);

        var handle = local.register(WEB, URI.create("http://127.0.0.1:9"));
        assertThat(resolve(WEB, configured))
                .isEqualTo(new Resolution.Found(new ServiceBackend("http", "127.0.0.1", 9, "", "web.default.svc")));
        handle.close();
        assertThat(resolve(WEB, configured)).isEqualTo(expected);
    }

    @Test
    void a_configured_address_that_is_no_url_is_refused_at_the_start() {
        assertThatThrownBy(() -> new ServiceResolver(cluster.store(), local, Map.of("a/b:1", "ftp://x")))
                .hasMessageContaining("ftp://x");
    }

    @Test
    void a_webhook_is_called_under_the_name_of_its_service() {
        createService("'ports': [{'name': 'http', 'port': 443}]");
        createSlice("{'addresses': ['10.0.0.1']}");
        var services = new ServiceResolver(cluster.store(), local, Map.of());
        var client = Json.object();
        client.putObject("service")
                .put("namespace", "default")
                .put("name", "web")
                .put("path", "hook");

        assertThat(ReviewTarget.of(client, services))
                .contains(new ReviewTarget(URI.create("https://10.0.0.1:8080/hook"), "web.default.svc"));
    }
}
