package io.luban.embeddedkube.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookAdmissionTest {
    private static final User JOE = new User("joe", "7", List.of("dev"), Map.of());

    private final WebhookHarness harness = new WebhookHarness(true);
    private final TestCluster cluster = harness.cluster();
    private final List<JsonNode> asked = harness.asked();

    @AfterEach
    void close() {
        harness.close();
    }

    private static ObjectNode allowed() {
        return WebhookHarness.allowed();
    }

    private void configure(String kind, String client, String more) {
        cluster.create("""
                {'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': '%s', 'metadata': {'name': 'w'}, 'webhooks': [
                 {'name': 'a.b.c', 'clientConfig': {%s}, 'sideEffects': 'None', 'admissionReviewVersions': ['v1'],
                  'rules': [{'operations': ['CREATE'], 'apiGroups': [''], 'apiVersions': ['v1'],
                   'resources': ['configmaps', 'pods']}], %s}]}""".formatted(kind, client, more));
    }

    private String url() {
        return harness.url("/hook");
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
        harness.answers(request -> allowed()
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8))));

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
        harness.answers(request -> allowed()
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8))));
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
        harness.answers(request -> {
            var response = Json.object().put("allowed", false);
            response.putObject("status").put("message", "not today");
            return response;
        });

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
    void pods_that_the_server_makes_for_workloads_are_sent_nevertheless() {
        configure("ValidatingWebhookConfiguration", url(), "'failurePolicy': 'Fail'");

        cluster.create("{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'x', 'namespace': 'default'},"
                + " 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}");

        assertThat(asked).hasSize(1);
    }

    @Test
    void a_webhook_that_cannot_be_called_fails_or_is_ignored_as_configured() {
        configure("ValidatingWebhookConfiguration", "'url': 'http://127.0.0.1:1/'", "'failurePolicy': 'Fail'");
        assertThatThrownBy(() -> createConfigMap("a"))
                .hasMessageContaining("failed calling webhook \"a.b.c\": failed to call webhook");

        configure("MutatingWebhookConfiguration", "'url': 'http://127.0.0.1:1/'", "'failurePolicy': 'Ignore'");
        cluster.delete("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "w", "Background");

        assertThat(Trees.name(createConfigMap("b"))).isEqualTo("b");
        assertThat(harness.failedOpen()).containsExactly("a.b.c admit");
    }

    @Test
    void a_service_without_real_endpoints_is_passed_over() {
        configure(
                "ValidatingWebhookConfiguration",
                "'service': {'namespace': 'default', 'name': 'none', 'path': '/x'}",
                "'failurePolicy': 'Fail'");

        assertThat(Trees.name(createConfigMap("a"))).isEqualTo("a");
        assertThat(harness.skipped()).containsExactly("w a.b.c default/none");
    }
}
