package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallPlanIT {
    private static final String NAMESPACE = "/api/v1/namespaces/extension-hello";
    private static final String DEPLOYMENT = "/apis/apps/v1/namespaces/extension-hello/deployments/hello";
    private static final String BUNDLE = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles/hello";
    private static final String VERSIONS = "/apis/kubesphere.io/v1alpha1/extensionversions/";
    private static final String CHART = "/api/v1/namespaces/kubesphere-system/configmaps/extension-hello-1.0.0-chart";
    private static final String LABEL = "/metadata/labels/kubesphere.io~1extension-ref";

    @TempDir
    private static Path directory;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(directory);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @AfterEach
    void remove_what_the_test_installed() {
        platform.remove("hello");
        platform.awaitGone("/apis/kubesphere.io/v1alpha1/installplans/hello");
        platform.awaitGone(NAMESPACE);
    }

    @Test
    void an_extension_is_installed_under_its_own_account_and_goes_live() {
        publish("1.0.0");

        platform.install("hello", "1.0.0", "");

        var plan = platform.awaitState("hello", "Installed");
        assertThat(reason(plan, "Installed")).isEqualTo("InstallSuccessful");
        assertThat(reason(plan, "Initialized")).isEqualTo("Initialized");
        assertThat(states(plan)).containsExactly("Preparing", "Installing", "Installed");
        assertThat(plan.at("/status/configHash").asText()).isEqualTo("cbf29ce484222325");
        assertThat(plan.at("/status/releaseName").asText()).isEqualTo("hello");
        assertThat(plan.at("/status/jobName").asText()).startsWith("helm-install-hello-");
        assertThat(platform.kube().get(DEPLOYMENT).at(LABEL).asText()).isEqualTo("hello");
        assertThat(platform.kube().find(NAMESPACE + "/configmaps/hello-agent")).isEmpty();
        assertThat(platform.kube()
                        .get(NAMESPACE + "/configmaps/hello-bundle")
                        .at("/data/index.js")
                        .asText())
                .contains("127.0.0.1.nip.io");
        await().atMost(TestPlatform.PATIENCE).untilAsserted(() -> {
            var bundle = platform.kube().get(BUNDLE);
            assertThat(bundle.at("/status/state").asText()).isEqualTo("Available");
            assertThat(bundle.at("/status/link").asText()).isEqualTo("/dist/hello/index.js");
        });
        await().atMost(TestPlatform.PATIENCE).untilAsserted(() -> {
            var extension = platform.extension("hello");
            assertThat(extension.at("/status/state").asText()).isEqualTo("Installed");
            assertThat(extension.at("/status/installedVersion").asText()).isEqualTo("1.0.0");
            assertThat(extension.at("/status/recommendedVersion").asText()).isEqualTo("1.0.0");
            assertThat(extension.at("/status/enabled").asBoolean()).isTrue();
        });
        var operation = plan.at("/status/jobName").asText();
        assertThat(platform.controllers()
                        .operationLogs()
                        .read("hello", operation)
                        .orElseThrow())
                .contains("POST deployments.apps extension-hello/: 201")
                .contains("jobs.batch");
    }

    @Test
    void removal_leaves_nothing_of_the_release_behind_even_without_the_version() {
        publish("1.0.0");
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");
        platform.kube().delete(VERSIONS + "hello-1.0.0");

        platform.remove("hello");

        platform.awaitGone("/apis/kubesphere.io/v1alpha1/installplans/hello");
        assertThat(platform.kube().find(DEPLOYMENT)).isEmpty();
        assertThat(platform.kube().find(BUNDLE)).isEmpty();
        assertThat(platform.kube()
                        .find("/apis/rbac.authorization.k8s.io/v1/clusterroles/kubesphere:hello:helm-executor"))
                .isEmpty();
        platform.awaitGone(NAMESPACE);
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(
                                platform.extension("hello").at("/status/state").asText(""))
                        .isEmpty());
    }

    @Test
    void switching_it_off_disables_what_it_shows_and_nothing_else() {
        publish("1.0.0");
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");

        platform.change("hello", Json.object().put("enabled", false));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(bundleState()).contains("Disabled"));
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.extension("hello")
                                .at("/status/enabled")
                                .asBoolean(true))
                        .isFalse());
        assertThat(platform.kube().find(DEPLOYMENT)).isPresent();

        platform.change("hello", Json.object().put("enabled", true));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(bundleState()).contains("Available"));
    }

    @Test
    void another_configuration_and_another_version_are_upgrades() {
        publish("1.0.0");
        publish("1.1.0");
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");

        platform.change("hello", Json.object().put("config", "web: {replicas: 3}"));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.kube()
                                .get(DEPLOYMENT)
                                .at("/spec/replicas")
                                .asInt())
                        .isEqualTo(3));
        var plan = platform.awaitState("hello", "Installed");
        assertThat(reason(plan, "Upgraded")).isEqualTo("UpgradeSuccessful");

        platform.change("hello", version("1.1.0"));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(
                                platform.plan("hello").at("/status/version").asText())
                        .isEqualTo("1.1.0"));
        platform.awaitState("hello", "Installed");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.extension("hello")
                                .at("/status/installedVersion")
                                .asText())
                        .isEqualTo("1.1.0"));
        assertThat(platform.kube()
                        .get(NAMESPACE + "/secrets?labelSelector=owner%3Dhelm")
                        .path("items"))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void a_chart_that_fails_to_render_says_so_and_a_changed_configuration_is_another_attempt() {
        publish("1.0.0");

        platform.install("hello", "1.0.0", "web: {broken: true}");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(message(failed, "Installed")).contains("values say that it is broken");

        platform.change("hello", Json.object().put("config", "web: {broken: false}"));

        var plan = platform.awaitState("hello", "Installed");
        assertThat(states(plan)).contains("InstallFailed");
        assertThat(reason(plan, "Installed")).isEqualTo("InstallSuccessful");
    }

    @Test
    void an_upgrade_that_fails_keeps_what_is_installed() {
        publish("1.0.0");
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");

        platform.change("hello", Json.object().put("config", "web: {broken: true}"));

        var plan = platform.awaitState("hello", "UpgradeFailed");
        assertThat(message(plan, "Upgraded")).contains("values say that it is broken");
        assertThat(platform.kube().find(DEPLOYMENT)).isPresent();
    }

    @Test
    void a_half_uploaded_chart_fails_with_the_reason_and_can_be_tried_again() {
        publish("1.0.0");
        var whole = platform.kube().get(CHART).at("/binaryData/chart.tgz").asText();
        var bytes = Base64.getDecoder().decode(whole);
        putChart(Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, bytes.length / 2)));

        platform.install("hello", "1.0.0", "");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(message(failed, "Ready")).contains("extension hello").contains("damaged or incomplete");
        assertThat(reason(failed, "Ready")).isEqualTo("InvalidChart");

        putChart(whole);
        var retry = Json.object();
        retry.withObject("/metadata/annotations").put("kubesphere.io/retry", "");
        platform.kube().patch("/apis/kubesphere.io/v1alpha1/installplans/hello", retry);

        platform.awaitState("hello", "Installed");
    }

    @Test
    void a_chart_may_not_do_what_its_package_does_not_ask_for() {
        var extension = HelloExtension.write(directory, "1.0.0").put("charts/web/templates/role.yaml", """
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: ClusterRole
                        metadata: {name: hello-reader}
                        rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]
                        """);
        platform.publish(extension.directory());

        platform.install("hello", "1.0.0", "");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(message(failed, "Installed"))
                .contains("forbidden")
                .contains("system:serviceaccount:extension-hello:helm-executor.hello");
        HelloExtension.write(directory, "1.0.0").put("charts/web/templates/role.yaml", "");
    }

    @Test
    void a_plan_for_a_version_that_is_not_there_waits_for_it() {
        platform.install("hello", "3.0.0", "");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() ->
                        assertThat(reason(platform.plan("hello"), "Ready")).isEqualTo("ExtensionVersionNotFound"));
        assertThat(platform.plan("hello").at("/status/state").asText("")).isEmpty();

        publish("3.0.0");

        platform.awaitState("hello", "Installed");
    }

    @Test
    void a_chart_that_comes_after_its_version_is_waited_for() {
        publish("3.1.0");
        var path = "/api/v1/namespaces/kubesphere-system/configmaps/extension-hello-3.1.0-chart";
        var chart = platform.kube().get(path);
        platform.kube().delete(path);

        platform.install("hello", "3.1.0", "");

        platform.awaitState("hello", "Preparing");
        chart.withObject("/metadata").remove(List.of("resourceVersion", "uid", "managedFields", "creationTimestamp"));
        platform.kube().create(path.substring(0, path.lastIndexOf('/')), chart);
        platform.awaitState("hello", "Installed");
    }

    @Test
    void an_operation_that_was_interrupted_is_taken_up_again() {
        publish("1.0.0");
        platform.install("hello", "1.0.0", "");
        await().pollInterval(java.time.Duration.ofMillis(10))
                .atMost(TestPlatform.PATIENCE)
                .until(() -> platform.plan("hello").at("/status/state").asText().equals("Installing"));

        platform.stopControllers();
        assertThat(platform.plan("hello").at("/status/state").asText()).isEqualTo("Installing");
        platform.restartControllers();

        platform.awaitState("hello", "Installed");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    private static void publish(String version) {
        platform.publish(HelloExtension.write(directory, version).directory());
    }

    private static void putChart(String base64) {
        var patch = Json.object();
        patch.putObject("binaryData").put("chart.tgz", base64);
        platform.kube().patch(CHART, patch);
    }

    private static ObjectNode version(String version) {
        var spec = Json.object();
        spec.putObject("extension").put("name", "hello").put("version", version);
        return spec;
    }

    private static Optional<String> bundleState() {
        return platform.kube()
                .find(BUNDLE)
                .map(bundle -> bundle.at("/status/state").asText());
    }

    private static String reason(JsonNode plan, String type) {
        return condition(plan, type).path("reason").asText("");
    }

    private static String message(JsonNode plan, String type) {
        return condition(plan, type).path("message").asText("");
    }

    private static JsonNode condition(JsonNode plan, String type) {
        for (var condition : plan.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }

    private static List<String> states(JsonNode plan) {
        var states = new java.util.ArrayList<String>();
        plan.at("/status/stateHistory")
                .forEach(entry -> states.add(entry.path("state").asText()));
        return states;
    }
}
