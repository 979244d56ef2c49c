package io.luban.embeddedkube.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.policy.RequestConditions;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookAdmissionTest {
    private static final User JOE = new User("joe", "7", List.of("dev"), Map.of());

    private final TestCluster cluster = new TestCluster();
    private final WebhookAdmission webhooks = new WebhookAdmission(
            cluster.store(),
            TestCluster.registry(),
            new ServiceResolver(cluster.store(), new LocalServices(), Map.of()),
            Ids.random(),
            true,
            new RequestConditions(
                    cluster.store(), request -> new Authorizer.Decision(false, ""), ExpressionSupport.off()));
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private Function<JsonNode, ObjectNode> answer = request -> allowed();

    WebhookAdmissionTest() throws IOException {
        cluster.with(webhooks);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var request = Json.parse(exchange.getRequestBody().readAllBytes()).path("request");
            asked.add(request);
            var review = Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
            review.set("response", answer.apply(request).put("uid", Trees.text(request, "uid")));
            var bytes = Json.bytes(review);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
        webhooks.close();
        cluster.close();
    }

    private static ObjectNode allowed() {
        return Json.object().put("allowed", true);
    }

    private void configure(String kind, String client, String more) {
        cluster.create("""
                {'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': '%s', 'metadata': {'name': 'w'}, 'webhooks': [
                 {'name': 'a.b.c', 'clientConfig': {%s}, 'sideEffects': 'None', 'admissionReviewVersions': ['v1'],
                  'rules': [{'operations': ['CREATE'], 'apiGroups': [''], 'apiVersions': ['v1'],
                   'resources': ['configmaps']}], %s}]}""".formatted(kind, client, more));
    }

    private String url() {
        return "'url': 'http://127.0.0.1:" + server.getAddress().getPort() + "/hook'";
    }

    private ObjectNode createConfigMap(String name) {
        var cluster = this.cluster.cluster();
        var object =
                Draft.of("v1", "ConfigMap", "default", name).label("l", name).json();
        var type =
                cluster.registry().preferred(TestCluster.resource("configmaps")).orElseThrow();
        return cluster.operations().create(JOE, type, "default", object, WriteOptions.of("test"));
    }

    @Test
    void a_mutating_webhook_changes_the_object() {
        configure("MutatingWebhookConfiguration", url(), "'failurePolicy': 'Fail'");
        var patch = "[{\"op\": \"add\", \"path\": \"/data\", \"value\": {\"k\": \"v\"}}]";
        answer = request -> allowed()
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));

        var created = createConfigMap("a");

        assertThat(Trees.text(created, "data", "k")).isEqualTo("v");
        assertThat(Trees.text(asked.getFirst(), "userInfo", "username")).isEqualTo("joe");
        assertThat(Trees.text(asked.getFirst(), "operation")).isEqualTo("CREATE");
        assertThat(Trees.text(asked.getFirst(), "object", "metadata", "name")).isEqualTo("a");
    }

    @Test
    void a_webhook_that_names_one_version_is_asked_about_all_of_them_in_that_one() {
        cluster.create("""
                {'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': 'MutatingWebhookConfiguration',
                 'metadata': {'name': 'w'}, 'webhooks': [
                 {'name': 'a.b.c', 'clientConfig': {%s}, 'sideEffects': 'None', 'admissionReviewVersions': ['v1'],
                  'rules': [{'operations': ['CREATE'], 'apiGroups': ['autoscaling'], 'apiVersions': ['v1'],
                   'resources': ['horizontalpodautoscalers']}]},
                 {'name': 'd.e.f', 'clientConfig': {%s}, 'sideEffects': 'None', 'admissionReviewVersions': ['v1'],
                  'matchPolicy': 'Exact',
                  'rules': [{'operations': ['CREATE'], 'apiGroups': ['autoscaling'], 'apiVersions': ['v1'],
                   'resources': ['horizontalpodautoscalers']}]}]}""".formatted(url(), url()));
        var patch = "[{\"op\": \"replace\", \"path\": \"/spec/targetCPUUtilizationPercentage\", \"value\": 55}]";
        answer = request -> allowed()
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
        var object = (ObjectNode) Json.parse("""
                {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler",
                 "metadata":{"name":"h","namespace":"default"},"spec":{"maxReplicas":5,
                 "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"metrics":[{"type":"Resource",
                  "resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]}}""");
        var type = TestCluster.registry()
                .find("autoscaling", "v2", "horizontalpodautoscalers")
                .orElseThrow();

        var created = cluster.cluster().operations().create(JOE, type, "default", object, WriteOptions.of("test"));

        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(Trees.text(request, "kind", "version")).isEqualTo("v1");
            assertThat(Trees.text(request, "requestKind", "version")).isEqualTo("v2");
            assertThat(Trees.text(request, "object", "apiVersion")).isEqualTo("autoscaling/v1");
            assertThat(request.at("/object/spec/targetCPUUtilizationPercentage").asInt())
                    .isEqualTo(80);
        });
        assertThat(Trees.text(created, "apiVersion")).isEqualTo("autoscaling/v2");
        assertThat(created.at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(55);
    }

    @Test
    void a_validating_webhook_denies() {
        configure("ValidatingWebhookConfiguration", url(), "'failurePolicy': 'Fail'");
        answer = request -> {
            var response = Json.object().put("allowed", false);
            response.putObject("status").put("message", "not today");
            return response;
        };

        assertThatThrownBy(() -> createConfigMap("a"))
                .isInstanceOf(ApiException.class)
                .hasMessage("admission webhook \"a.b.c\" denied the request: not today")
                .extracting(e -> ((ApiException) e).code())
                .isEqualTo(403);
    }

    @Test
    void only_objects_that_the_selector_means_are_sent() {
        configure("ValidatingWebhookConfiguration", url(), "'objectSelector': {'matchLabels': {'l': 'wanted'}}");

        createConfigMap("other");
        createConfigMap("wanted");

        assertThat(asked).hasSize(1);
    }

    @Test
    void the_server_itself_is_not_asked_about() {
        configure("ValidatingWebhookConfiguration", url(), "'failurePolicy': 'Fail'");

        cluster.create("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'x', 'namespace': 'default'}}");

        assertThat(asked).isEmpty();
    }

    @Test
    void a_webhook_that_cannot_be_called_fails_or_is_ignored_as_configured() {
        configure("ValidatingWebhookConfiguration", "'url': 'http://127.0.0.1:1/'", "'failurePolicy': 'Fail'");
        assertThatThrownBy(() -> createConfigMap("a"))
                .hasMessageContaining("failed calling webhook \"a.b.c\": failed to call webhook");

        configure("MutatingWebhookConfiguration", "'url': 'http://127.0.0.1:1/'", "'failurePolicy': 'Ignore'");
        cluster.delete("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "w", "Background");

        assertThat(Trees.name(createConfigMap("b"))).isEqualTo("b");
    }

    @Test
    void a_service_without_real_endpoints_is_passed_over() {
        configure(
                "ValidatingWebhookConfiguration",
                "'service': {'namespace': 'default', 'name': 'none', 'path': '/x'}",
                "'failurePolicy': 'Fail'");

        assertThat(Trees.name(createConfigMap("a"))).isEqualTo("a");
    }
}
