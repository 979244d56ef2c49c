package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.extension.ExtensionSettings;
import io.luban.helm.ReleaseRecord;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong with plans, what is shown of it, and how it ends. */
class PlanTroubleIT {
    private static final String PLAN = "/apis/kubesphere.io/v1alpha1/installplans/hello";
    private static final String NAMESPACE = "/api/v1/namespaces/extension-hello";
    private static final String BUNDLE = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles/hello";
    private static final String RETRY = "kubesphere.io/retry";
    private static final String EVERYTHING = """
            kind: ClusterRole
            rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
            """;
    private static final String TASK = """
            {{- if .Values.task }}
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: "hello-{{ .Values.task }}"
              annotations: {kube.luban.io/simulate-failure: "{{ .Values.fails }}"}
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers: [{name: task, image: "example/task:1"}]
            {{- end }}
            """;
    private static final String HOOK = """
            {{- if .Values.farewell }}
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: hello-farewell
              annotations:
                helm.sh/hook: pre-delete
                helm.sh/hook-delete-policy: before-hook-creation
                kube.luban.io/simulate-failure: "true"
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers: [{name: farewell, image: "example/farewell:1"}]
            {{- end }}
            """;
    private static final String ENDLESS = """
            {{- if .Values.endless }}
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: endless
              annotations: {kube.luban.io/simulate: "false"}
            spec:
              selector: {matchLabels: {app: endless}}
              template:
                metadata: {labels: {app: endless}}
                spec:
                  containers: [{name: web, image: "example/endless:1"}]
            {{- end }}
            """;

    @TempDir
    private static Path directory;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(directory);
        platform.publish(hello("1.0.0").directory());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @AfterEach
    void remove_what_the_test_installed() {
        platform.remove("hello");
        platform.awaitGone(PLAN);
        platform.awaitGone(NAMESPACE);
    }

    @Test
    void nothing_of_an_extension_is_live_before_it_is_installed() {
        platform.install("hello", "1.0.0", "web: {task: bad, fails: true}");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(condition(failed, "Installed").path("message").asText()).contains("job hello-bad failed");
        assertThat(bundleState()).isEqualTo("Unavailable");
        platform.awaitEvents("hello", "Preparing", "Installing", "InstallFailed");

        platform.change("hello", Json.object().put("config", "web: {task: good, fails: false}"));

        var plan = platform.awaitState("hello", "Installed");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(bundleState()).isEqualTo("Available"));
        assertThat(condition(plan, "Ready").path("message").asText()).endsWith("(5 objects)");

        platform.change("hello", Json.object().put("config", "web: {task: worse, fails: true}"));

        platform.awaitState("hello", "UpgradeFailed");
        assertThat(bundleState()).isEqualTo("Available");
    }

    @Test
    void a_removal_that_fails_is_tried_again_by_another_request_or_the_annotation_and_ends_by_force() {
        platform.install("hello", "1.0.0", "web: {farewell: true}");
        platform.awaitState("hello", "Installed");

        platform.remove("hello");

        var first = platform.awaitState("hello", "UninstallFailed");
        assertThat(condition(first, "Uninstalled").path("reason").asText()).isEqualTo("UninstallFailed");
        assertThat(bundleState()).isEqualTo("Unavailable");

        platform.remove("hello");

        var second = awaitAnotherOperation(first);

        platform.annotate("hello", RETRY);

        awaitAnotherOperation(second);
        assertThat(platform.kube().find(NAMESPACE + "/secrets/sh.helm.release.v1.hello.v1"))
                .isPresent();

        platform.annotate("hello", "kubesphere.io/force-delete");

        platform.awaitGone(PLAN);
        platform.awaitGone(BUNDLE);
    }

    @Test
    void an_operation_ends_when_it_is_cancelled_and_when_the_plan_goes() {
        platform.install("hello", "1.0.0", "web: {endless: true}");
        platform.awaitState("hello", "Installing");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(condition(platform.plan("hello"), "Ready")
                                .path("message")
                                .asText())
                        .matches("\\d+ objects written so far"));

        platform.annotate("hello", "kubesphere.io/cancel");

        var plan = platform.awaitState("hello", "InstallFailed");
        assertThat(condition(plan, "Installed").path("message").asText()).isEqualTo("the operation was cancelled");
        assertThat(plan.at("/metadata/annotations").has("kubesphere.io/cancel")).isFalse();

        platform.annotate("hello", RETRY);
        platform.awaitState("hello", "Installing");
        platform.remove("hello");

        platform.awaitGone(PLAN);
        assertThat(platform.kube().find("/apis/apps/v1/namespaces/extension-hello/deployments/endless"))
                .isEmpty();
    }

    @Test
    void what_others_do_with_helm_is_noticed() {
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");

        deploySecondRevision();

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(condition(platform.plan("hello"), "ReleaseChanged")
                                .path("message")
                                .asText())
                        .startsWith("Revision 2 (chart version 9.9.9) was deployed by somebody else"));
        assertThat(condition(platform.plan("hello"), "Upgraded").path("message").asText())
                .isEqualTo("Upgraded by hand");

        platform.annotate("hello", RETRY);

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.plan("hello")
                                .at("/status/releaseRevision")
                                .asInt())
                        .isEqualTo(3));
        assertThat(condition(platform.plan("hello"), "ReleaseChanged").isMissingNode())
                .isTrue();

        for (var secret : secrets()) {
            platform.kube()
                    .delete(NAMESPACE + "/secrets/"
                            + secret.at("/metadata/name").asText());
        }

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.plan("hello")
                                .at("/status/releaseRevision")
                                .asInt())
                        .isEqualTo(1));
        platform.awaitState("hello", "Installed");
        platform.awaitEvents("hello", "ReleaseChanged", "ReleaseGone");
        assertThat(secrets()).hasSize(1);
    }

    @Test
    void a_retry_is_used_up_although_there_is_nothing_to_try_again() {
        platform.install("hello", "1.0.0", "");
        var before = platform.awaitState("hello", "Installed");

        platform.annotate("hello", RETRY);

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.plan("hello")
                                .at("/metadata/annotations")
                                .has(RETRY))
                        .isFalse());
        platform.change("hello", Json.object().put("config", "web: {broken: true}"));
        var failed = platform.awaitState("hello", "UpgradeFailed");
        assertThat(failed.at("/status/jobName")).isNotEqualTo(before.at("/status/jobName"));
        await().during(java.time.Duration.ofMillis(500))
                .until(() -> platform.plan("hello").at("/status/jobName").equals(failed.at("/status/jobName")));
    }

    @Test
    void a_plan_follows_the_recommendation_when_it_is_told_to() {
        platform.install("hello", "1.0.0", "");
        platform.change("hello", Json.object().put("upgradeStrategy", "Automatic"));
        platform.awaitState("hello", "Installed");

        platform.publish(hello("1.1.0").directory());

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.extension("hello")
                                .at("/status/installedVersion")
                                .asText())
                        .isEqualTo("1.1.0"));
        platform.awaitState("hello", "Installed");
        platform.kube().delete("/apis/kubesphere.io/v1alpha1/extensionversions/hello-1.1.0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2.0.1 | ksVersion: ">=4.0.0-0"   | ksVersion: ">=99.0.0-0"   | PlatformVersionMismatch   | needs platform version >=99.0.0-0
            2.0.2 | kubeVersion: ">=1.19.0-0" | kubeVersion: ">=1.99.0-0" | KubernetesVersionMismatch | needs Kubernetes version >=1.99.0-0
            2.0.3 | provider:                 | namespace: "Not A Name"\\nprovider: | InvalidNamespace | target namespace
            """)
    void what_an_extension_cannot_do_without_is_the_reason_why_it_is_not_installed(
            String version, String line, String other, String reason, String words) throws Exception {
        var extension = hello(version);
        var file = extension.directory().resolve("extension.yaml");
        var text = java.nio.file.Files.readString(file).replace(line, other.replace("\\n", "\n"));
        extension.put("extension.yaml", text);
        platform.publish(extension.directory());

        platform.install("hello", version, "");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(condition(failed, "Ready").path("reason").asText()).isEqualTo(reason);
        assertThat(condition(failed, "Ready").path("message").asText()).contains(words);
    }

    @Test
    void unlimited_permissions_are_told_and_a_binding_of_somebody_else_is_not_taken_over() {
        var binding =
                Json.object().put("apiVersion", "rbac.authorization.k8s.io/v1").put("kind", "ClusterRoleBinding");
        binding.putObject("metadata").put("name", "kubesphere:hello:helm-executor");
        binding.putObject("roleRef")
                .put("apiGroup", "rbac.authorization.k8s.io")
                .put("kind", "ClusterRole")
                .put("name", "view");
        platform.kube().create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding);
        platform.publish(hello("2.1.0").put("permissions.yaml", """
                        kind: ClusterRole
                        rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
                        """).directory());

        platform.install("hello", "2.1.0", "");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(condition(failed, "Ready").path("message").asText())
                .contains("conflict cluster role binding found: kubesphere:hello:helm-executor");

        platform.kube().delete("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/kubesphere:hello:helm-executor");
        platform.annotate("hello", RETRY);

        var plan = platform.awaitState("hello", "Installed");
        assertThat(condition(plan, "BroadPermissions").path("status").asText()).isEqualTo("True");
        platform.awaitEvents("hello", "BroadPermissions");
    }

    @Test
    void settings_decide_on_rights_dependencies_and_patience() throws Exception {
        var extension = hello("2.2.0").put("permissions.yaml", EVERYTHING);
        var metadata = extension.directory().resolve("extension.yaml");
        extension.put("extension.yaml", java.nio.file.Files.readString(metadata) + """
                externalDependencies:
                  - {name: nobody-has-it, version: ">=1.0.0", required: true}
                """);
        platform.publish(extension.directory());
        platform.restartControllers(
                settings -> settings.withHelm(new ExtensionSettings.Helm(Duration.ofSeconds(4), 2, true))
                        .withRules(new ExtensionSettings.Rules(ExtensionSettings.DependencyPolicy.WARN, true)));
        try {
            platform.install("hello", "2.2.0", "web: {endless: true}");
            var waits = platform.awaitState("hello", "InstallFailed");
            assertThat(condition(waits, "Ready").path("reason").asText()).isEqualTo("ApprovalRequired");

            var approval = Json.object();
            approval.withObject("/metadata/annotations").put("kubesphere.io/approve-permissions", "true");
            platform.kube().patch(PLAN, approval);

            await().atMost(TestPlatform.PATIENCE)
                    .untilAsserted(() -> assertThat(condition(platform.plan("hello"), "Ready")
                                    .path("reason")
                                    .asText())
                            .isEqualTo("InstallFailed"));
            var late = platform.plan("hello");
            assertThat(condition(late, "Installed").path("message").asText())
                    .containsAnyOf("deadline exceeded", "timed out");
            assertThat(condition(late, "DependenciesSatisfied").path("reason").asText())
                    .isEqualTo("DependencyIgnored");
        } finally {
            platform.restartControllers(settings -> settings);
        }
    }

    private static HelloExtension hello(String version) {
        return HelloExtension.write(directory, version)
                .put("charts/web/templates/task.yaml", TASK)
                .put("charts/web/templates/farewell.yaml", HOOK)
                .put("charts/web/templates/endless.yaml", ENDLESS)
                .put("charts/web/templates/hook.yaml", "");
    }

    private static JsonNode awaitAnotherOperation(JsonNode before) {
        await().atMost(TestPlatform.PATIENCE)
                .until(() -> !platform.plan("hello").at("/status/jobName").equals(before.at("/status/jobName"))
                        && platform.plan("hello").at("/status/state").asText().equals("UninstallFailed"));
        var plan = platform.plan("hello");
        assertThat(plan.at("/metadata/annotations").has(RETRY)).isFalse();
        return plan;
    }

    private static JsonNode secrets() {
        return platform.kube()
                .get(NAMESPACE + "/secrets?labelSelector=owner%3Dhelm%2Cname%3Dhello")
                .path("items");
    }

    /** What {@code helm upgrade} leaves behind. */
    private static void deploySecondRevision() {
        var path = NAMESPACE + "/secrets/sh.helm.release.v1.hello.v1";
        var first = platform.kube().get(path);
        var release = ReleaseRecord.decode(first).release().deepCopy().put("version", 2);
        release.withObject("/info").put("description", "Upgraded by hand");
        release.withObject("/chart/metadata").put("version", "9.9.9");
        var second = first.deepCopy();
        second.remove("metadata");
        second.putObject("metadata")
                .put("name", "sh.helm.release.v1.hello.v2")
                .set("labels", first.at("/metadata/labels"));
        second.withObject("/metadata/labels").put("version", "2");
        var encoded = Base64.getEncoder().encode(Json.text(release).getBytes(StandardCharsets.UTF_8));
        second.putObject("data").put("release", Base64.getEncoder().encodeToString(encoded));
        platform.kube().update(path, ReleaseRecord.withStatus(first, "superseded", "Install complete"));
        platform.kube().create(NAMESPACE + "/secrets", second);
    }

    private static String bundleState() {
        return platform.kube()
                .find(BUNDLE)
                .map(bundle -> bundle.at("/status/state").asText())
                .orElse("missing");
    }

    private static JsonNode condition(JsonNode plan, String type) {
        for (var condition : plan.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return plan.path("no such condition");
    }
}
