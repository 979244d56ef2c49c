package io.luban.embeddedkube.webhook;

import static io.luban.embeddedkube.webhook.WebhookHarness.MUTATING;
import static io.luban.embeddedkube.webhook.WebhookHarness.VALIDATING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.tree.Trees;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests reach which webhooks. */
class WebhookMatchingTest {
    private final WebhookHarness harness = new WebhookHarness(true);

    @AfterEach
    void close() {
        harness.close();
    }

    private void everything() {
        harness.create("""
                {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'n', 'labels': {'team': 'a'}}}""");
        harness.create("""
                {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'default'}}""");
        harness.create("""
                {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'n'}}""");
        harness.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'default'},
                 'spec': {'containers': [{'name': 'c', 'image': 'x'}]}}""");
        harness.modify("pods", "p", "", pod -> {
            Trees.ensure(pod, "metadata", "labels").put("a", "b");
            return pod;
        });
        harness.modify("pods", "p", "status", pod -> {
            Trees.ensure(pod, "status").put("reason", "r");
            return pod;
        });
        harness.modify("pods", "p", "", pod -> pod);
        harness.delete("configmaps", "m");
        harness.create("""
                {'apiVersion': 'rbac.authorization.k8s.io/v1', 'kind': 'ClusterRole', 'metadata': {'name': 'r'},
                 'rules': []}""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'CREATE' | 'resources': ['configmaps']  | | CREATE configmaps default/m, CREATE configmaps n/m
            'DELETE' | 'resources': ['configmaps']  | | DELETE configmaps default/m
            'UPDATE' | 'resources': ['pods']        | | UPDATE pods default/p
            'UPDATE' | 'resources': ['pods/status'] | | UPDATE pods/status default/p
            'UPDATE' | 'resources': ['pods/*']      | | UPDATE pods default/p, UPDATE pods/status default/p
            '*'      | 'resources': ['*/status']    | | UPDATE pods/status default/p
            'UPDATE' | 'resources': ['*/*']         | | UPDATE pods default/p, UPDATE pods/status default/p
            'UPDATE' | 'resources': ['*']           | | UPDATE pods default/p
            'CREATE' | 'resources': ['*'], 'scope': 'Cluster' | | CREATE namespaces /n, CREATE clusterroles /r
            'CREATE' | 'resources': ['*'], 'scope': 'Namespaced' | | CREATE configmaps default/m, CREATE configmaps n/m, CREATE pods default/p
            'CREATE' | 'resources': ['*'] | 'namespaceSelector': {'matchLabels': {'team': 'a'}} | CREATE namespaces /n, CREATE configmaps n/m, CREATE clusterroles /r
            '*' | 'resources': ['*'] | 'namespaceSelector': {'matchExpressions': [{'key': 'team', 'operator': 'DoesNotExist'}]} | CREATE configmaps default/m, CREATE pods default/p, UPDATE pods default/p, DELETE configmaps default/m, CREATE clusterroles /r
            '*' | 'resources': ['*'] | 'objectSelector': {'matchLabels': {'a': 'b'}} | UPDATE pods default/p
            'CONNECT' | 'resources': ['*/*'] | | -
            """)
    void rules_scopes_and_selectors_choose_requests(String operations, String resources, String more, String wanted) {
        harness.configure(VALIDATING, "w", operations, resources, more == null ? "" : more);

        everything();

        var seen = harness.asked().stream()
                .map(request -> "%s %s%s %s/%s"
                        .formatted(
                                Trees.text(request, "operation"),
                                Trees.text(request, "resource", "resource"),
                                Trees.text(request, "subResource").isEmpty()
                                        ? ""
                                        : "/" + Trees.text(request, "subResource"),
                                Trees.text(request, "namespace"),
                                Trees.text(request, "name")))
                .toList();
        assertThat(seen.isEmpty() ? "-" : String.join(", ", seen)).isEqualTo(wanted);
    }

    @Test
    void an_update_shows_both_objects_and_its_options() {
        harness.create("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'default'}}");
        harness.configure(VALIDATING, "w", "'UPDATE'", "'resources': ['configmaps']", "");

        harness.modify("configmaps", "m", "", map -> {
            Trees.ensure(map, "data").put("a", "b");
            return map;
        });

        assertThat(harness.asked()).singleElement().satisfies(request -> {
            assertThat(request.at("/object/data/a").asText()).isEqualTo("b");
            assertThat(request.at("/oldObject/data").isMissingNode()).isTrue();
            assertThat(request.at("/options/kind").asText()).isEqualTo("UpdateOptions");
        });
    }

    @Test
    void webhooks_of_a_scale_see_scales_and_what_they_change_there_counts() {
        harness.create("""
                {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'd', 'namespace': 'default',
                 'labels': {'a': 'b'}}, 'spec': {'replicas': 2, 'selector': {'matchLabels': {'a': 'b'}}, 'template':
                 {'metadata': {'labels': {'a': 'b'}}, 'spec': {'containers': [{'name': 'c', 'image': 'x'}]}}}}""");
        harness.configure(MUTATING, "m", "'UPDATE'", "'resources': ['deployments/scale']", "");
        harness.configure(VALIDATING, "v", "'UPDATE'", "'resources': ['*/scale']", "");
        harness.configure(VALIDATING, "w", "'UPDATE'", "'resources': ['deployments']", "");
        harness.answers(request -> request.at("/object/spec/replicas").asInt() == 5
                ? WebhookHarness.patched("[{'op': 'replace', 'path': '/spec/replicas', 'value': 4}]")
                : WebhookHarness.allowed());

        var scaled = harness.modify("deployments.apps", "d", "scale", scale -> {
            Trees.ensure(scale, "spec").put("replicas", 5);
            return scale;
        });

        assertThat(scaled.at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(harness.modify("deployments.apps", "d", "", deployment -> deployment)
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(4);
        assertThat(harness.asked())
                .extracting(request -> "%s/%s %s %d %s %d"
                        .formatted(
                                request.at("/kind/group").asText(),
                                request.at("/kind/kind").asText(),
                                request.at("/object/kind").asText(),
                                request.at("/object/spec/replicas").asInt(),
                                request.at("/oldObject/kind").asText(),
                                request.at("/oldObject/spec/replicas").asInt()))
                .containsExactly("autoscaling/Scale Scale 5 Scale 2", "autoscaling/Scale Scale 4 Scale 2");
    }

    @Test
    void webhooks_are_asked_by_the_names_of_their_configurations_and_those_that_change_come_first() {
        harness.configure(VALIDATING, "a", "'CREATE'", "'resources': ['configmaps']", "");
        harness.configure(MUTATING, "d", "'CREATE'", "'resources': ['configmaps']", "");
        harness.configure(MUTATING, "c", "'CREATE'", "'resources': ['configmaps']", "");
        var order = new StringBuilder();
        for (var name : new String[] {"a", "c", "d"}) {
            harness.serve("/" + name, (exchange, request) -> {
                order.append(name);
                var response = WebhookHarness.allowed().put("uid", Trees.text(request, "uid"));
                WebhookHarness.reply(exchange, WebhookHarness.review(response));
            });
        }

        harness.create("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'default'}}");

        assertThat(order).hasToString("cda");
    }

    @Test
    void no_webhook_is_asked_about_webhooks_and_policies() {
        harness.configure(VALIDATING, "w", "'*'", "'resources': ['*']", "");

        harness.create("""
                {'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': 'ValidatingWebhookConfiguration',
                 'metadata': {'name': 'other'}}""");

        assertThat(harness.asked()).isEmpty();
    }
}
