package io.luban.embeddedkube.webhook;

import static io.luban.embeddedkube.webhook.WebhookHarness.MUTATING;
import static io.luban.embeddedkube.webhook.WebhookHarness.VALIDATING;
import static io.luban.embeddedkube.webhook.WebhookHarness.patched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What webhooks change is treated as if the client had sent it. */
class PatchedObjectsTest {
    private static final String POD = """
            {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'default'},
             'spec': {'containers': [{'name': 'c', 'image': 'x:1'}]}}""";
    private static final String MAP = """
            {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'default'}}""";

    private final WebhookHarness harness = new WebhookHarness(true);

    @AfterEach
    void close() {
        harness.close();
    }

    private void answersOnce(String operation, String patch) {
        harness.answers(request ->
                Trees.text(request, "operation").equals(operation) ? patched(patch) : WebhookHarness.allowed());
    }

    @Test
    void an_injected_container_gets_defaults_and_loses_what_nobody_knows() {
        harness.configure(MUTATING, "a", "'CREATE'", "'resources': ['pods']", "");
        harness.configure(MUTATING, "b", "'CREATE'", "'resources': ['pods']", "");
        harness.answers(request -> harness.asked().size() > 1 ? WebhookHarness.allowed() : patched("""
                [{'op': 'add', 'path': '/spec/containers/1', 'value':
                 {'name': 'sidecar', 'image': 'proxy', 'bogus': true, 'stdin': false, 'ports': [{'containerPort': 80}]}},
                 {'op': 'add', 'path': '/extra', 'value': 1}]"""));

        var pod = harness.create(POD);

        var sidecar = pod.at("/spec/containers/1");
        assertThat(Trees.text(sidecar, "imagePullPolicy")).isEqualTo("Always");
        assertThat(Trees.text(sidecar, "terminationMessagePath")).isEqualTo("/dev/termination-log");
        assertThat(sidecar.at("/ports/0/protocol").asText()).isEqualTo("TCP");
        assertThat(sidecar.has("bogus")).isFalse();
        assertThat(sidecar.has("stdin")).isFalse();
        assertThat(pod.has("extra")).isFalse();
        assertThat(harness.cluster().get("pods", "default", "p").at("/spec/containers/1"))
                .isEqualTo(sidecar);
        assertThat(harness.asked()
                        .get(1)
                        .at("/object/spec/containers/1/imagePullPolicy")
                        .asText())
                .as("what the next webhook sees")
                .isEqualTo("Always");
    }

    @Test
    void an_injected_container_gets_limits_and_a_token_like_any_other() {
        harness.cluster().create("""
                {'apiVersion': 'v1', 'kind': 'LimitRange', 'metadata': {'name': 'l', 'namespace': 'default'},
                 'spec': {'limits': [{'type': 'Container', 'default': {'cpu': '1'}}]}}""");
        harness.configure(MUTATING, "a", "'CREATE'", "'resources': ['pods']", "'reinvocationPolicy': 'IfNeeded'");
        harness.answers(request -> harness.asked().size() > 1 ? WebhookHarness.allowed() : patched("""
                [{'op': 'add', 'path': '/spec/containers/1', 'value': {'name': 'sidecar', 'image': 'proxy'}}]"""));

        var pod = harness.create(POD);

        var sidecar = pod.at("/spec/containers/1");
        assertThat(sidecar.at("/resources/limits/cpu").asText()).isEqualTo("1");
        assertThat(sidecar.at("/volumeMounts/0/name"))
                .isEqualTo(pod.at("/spec/containers/0/volumeMounts/0/name"))
                .isEqualTo(pod.at("/spec/volumes/0/name"));
        assertThat(pod.at("/spec/volumes")).hasSize(1);
        assertThat(harness.asked()).as("what was completed is shown again").hasSize(2);
        assertThat(harness.asked().get(1).at("/object/spec/containers/1")).isEqualTo(sidecar);
    }

    @Test
    void the_quality_of_service_follows_what_webhooks_give() {
        harness.configure(MUTATING, "a", "'CREATE'", "'resources': ['pods']", "");
        answersOnce("CREATE", """
                [{'op': 'add', 'path': '/spec/containers/0/resources', 'value':
                 {'limits': {'cpu': '1', 'memory': '1Gi'}}}]""");

        var pod = harness.create(POD);

        assertThat(Trees.text(pod, "status", "qosClass")).isEqualTo("Guaranteed");
        assertThat(pod.at("/spec/containers/0/resources/requests/cpu").asText()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            /metadata/uid               | 'forged'
            /metadata/creationTimestamp | '2001-01-01T00:00:00Z'
            /metadata/deletionTimestamp | '2001-01-01T00:00:00Z'
            /metadata/generation        | 77
            /metadata/resourceVersion   | '3'
            /status/phase               | 'Running'
            """)
    void a_webhook_writes_nothing_that_a_client_could_not(String path, String value) {
        harness.configure(MUTATING, "a", "'CREATE', 'UPDATE'", "'resources': ['pods']", "");
        harness.answers(request -> {
            var member = request.path("object").at(path);
            var operation = member.isMissingNode() ? "add" : "replace";
            return patched("[{'op': '%s', 'path': '%s', 'value': %s}]".formatted(operation, path, value));
        });

        var created = harness.create(POD);
        var updated = harness.modify("pods", "p", "", pod -> {
            Trees.ensure(pod, "metadata", "labels").put("a", "b");
            return pod;
        });

        var forged = value.replace("'", "");
        assertThat(created.at(path).asText()).isNotEqualTo(forged);
        assertThat(updated.at(path).asText()).isNotEqualTo(forged);
        assertThat(Trees.uid(updated)).isEqualTo(Trees.uid(created));
        assertThat(Trees.text(updated, "metadata", "labels", "a")).isEqualTo("b");
    }

    @Test
    void a_webhook_about_the_status_changes_the_status_alone() {
        harness.create(POD);
        harness.configure(MUTATING, "a", "'UPDATE'", "'resources': ['pods/status']", "");
        answersOnce("UPDATE", """
                [{'op': 'replace', 'path': '/spec/containers/0/image', 'value': 'evil'},
                 {'op': 'add', 'path': '/status/message', 'value': 'seen'}]""");

        var updated = harness.modify("pods", "p", "status", pod -> {
            Trees.ensure(pod, "status").put("reason", "because");
            return pod;
        });

        assertThat(updated.at("/spec/containers/0/image").asText()).isEqualTo("x:1");
        assertThat(Trees.text(updated, "status", "message")).isEqualTo("seen");
        assertThat(Trees.text(updated, "status", "reason")).isEqualTo("because");
    }

    @Test
    void the_finalizers_of_a_namespace_do_not_come_back_by_a_webhook() {
        harness.create("{'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'n'}}");
        harness.configure(MUTATING, "a", "'UPDATE'", "'resources': ['namespaces/*']", "");
        answersOnce("UPDATE", "[{'op': 'add', 'path': '/metadata/annotations', 'value': {'a': 'b'}}]");

        var finalized = harness.modify("namespaces", "n", "finalize", namespace -> {
            Trees.ensure(namespace, "spec").putArray("finalizers");
            return namespace;
        });

        assertThat(finalized.at("/spec/finalizers").isMissingNode()).isTrue();
        assertThat(harness.asked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{'op': 'replace', 'path': '/metadata/name', 'value': 'other'}] | does not match the name on the URL
            [{'op': 'replace', 'path': '/metadata/namespace', 'value': 'x'}] | does not match the namespace
            [{'op': 'replace', 'path': '/kind', 'value': 'Secret'}]          | cannot be handled as a ConfigMap
            [{'op': 'add', 'path': '/data', 'value': {'a': 1}}]              | cannot be handled as a ConfigMap
            [{'op': 'remove', 'path': '/none'}]                              | the patch cannot be
            {'op': 'remove'}                                                 | the patch cannot be
            [{'op': 'replace', 'path': '', 'value': 3}]                      | the patch leaves no object
            """)
    void a_patch_that_cannot_be_used_is_the_fault_of_the_webhook(String patch, String problem) {
        harness.configure(MUTATING, "a", "'CREATE'", "'resources': ['configmaps']", "'failurePolicy': 'Fail'");
        answersOnce("CREATE", patch);

        assertThatThrownBy(() -> harness.create(MAP))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("failed calling webhook \"a.b.c\"")
                .hasMessageContaining(problem)
                .extracting(failure -> ((ApiException) failure).code())
                .isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({"'', webhook returned response.patch but not response.patchType", "Merge, invalid response.patchType"})
    void the_type_of_a_patch_is_told(String type, String problem) {
        harness.configure(MUTATING, "a", "'CREATE'", "'resources': ['configmaps']", "'failurePolicy': 'Fail'");
        harness.answers(request -> WebhookHarness.allowed()
                .put("patchType", type)
                .put("patch", Base64.getEncoder().encodeToString("[]".getBytes(StandardCharsets.UTF_8))));

        assertThatThrownBy(() -> harness.create(MAP)).hasMessageContaining(problem);
    }

    @Test
    void a_mutating_webhook_may_refuse_a_deletion_but_not_change_it() {
        harness.create(MAP);
        harness.configure(MUTATING, "a", "'DELETE'", "'resources': ['configmaps']", "");
        harness.answers(request -> refusal("kept"));
        assertThatThrownBy(() -> harness.delete("configmaps", "m"))
                .hasMessage("admission webhook \"a.b.c\" denied the request: kept");

        answersOnce("DELETE", "[{'op': 'add', 'path': '/data', 'value': {}}]");
        assertThatThrownBy(() -> harness.delete("configmaps", "m"))
                .hasMessageContaining("attempted to modify the object, which is not supported for this operation");

        harness.answers(request -> WebhookHarness.allowed());
        harness.delete("configmaps", "m");

        assertThat(harness.cluster().find("configmaps", "default", "m")).isEmpty();
        assertThat(harness.asked()).hasSize(3).allSatisfy(PatchedObjectsTest::isDeletion);
    }

    private static void isDeletion(JsonNode request) {
        assertThat(request.path("object").isNull()).isTrue();
        assertThat(Trees.text(request, "oldObject", "metadata", "name")).isEqualTo("m");
        assertThat(Trees.text(request, "options", "kind")).isEqualTo("DeleteOptions");
    }

    @Test
    void a_webhook_that_wants_it_is_asked_again_after_others_changed_something() {
        harness.configure(MUTATING, "a", "'CREATE'", "'resources': ['configmaps']", "'reinvocationPolicy': 'IfNeeded'");
        harness.configure(MUTATING, "b", "'CREATE'", "'resources': ['configmaps']", "");
        harness.configure(VALIDATING, "c", "'CREATE'", "'resources': ['configmaps']", "");
        harness.answers(request -> {
            boolean isNew = request.at("/object/data").isMissingNode()
                    && harness.asked().size() == 2;
            return isNew ? patched("[{'op': 'add', 'path': '/data', 'value': {'b': '1'}}]") : WebhookHarness.allowed();
        });

        harness.create(MAP);

        assertThat(harness.asked())
                .extracting(request -> request.at("/object/data/b").asText("-"))
                .containsExactly("-", "-", "1", "1");
        assertThat(harness.annotations())
                .containsEntry(
                        "mutation.webhook.admission.k8s.io/round_0_index_1",
                        "{\"configuration\":\"b\",\"webhook\":\"b.b.c\",\"mutated\":true}")
                .containsKey("mutation.webhook.admission.k8s.io/round_1_index_0");
    }

    private static ObjectNode refusal(String message) {
        var response = Json.object().put("allowed", false);
        response.putObject("status").put("message", message);
        return response;
    }
}
