package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.repository.TestRegistry;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An extension's life as the first 4.0 design describes it: a catalog in an image, and a Subscription. */
class EarlyFormsIT {
    private static final String GROUP = "/apis/kubesphere.io/v1alpha1/";
    private static final String PLAN = GROUP + "installplans/devops";
    private static final String SUBSCRIPTION = GROUP + "subscriptions/devops-0.10.0";
    private static final String GREETING = "/api/v1/namespaces/kubesphere-devops/configmaps/greeting";
    private static final String BUNDLE = GROUP + "jsbundles/devops";

    @TempDir
    private static Path directory;

    private static TestPlatform platform;
    private static TestRegistry registry;

    @BeforeAll
    static void bring_a_catalog_into_the_cluster() throws IOException {
        platform = TestPlatform.start(directory);
        registry = new TestRegistry();
        registry.pushImage(
                "catalog/extensions",
                "latest",
                Map.of(
                        "charts/devops-0.10.0.tgz",
                        chart("devops", "0.10.0"),
                        "charts/devops-0.11.0.tgz",
                        chart("devops", "0.11.0")));
        apply("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Repository
                metadata: {name: catalog}
                spec:
                  displayName: Catalog
                  publisher: Somebody
                  image: %s/catalog/extensions:latest
                  updateStrategy:
                    registryPoll:
                      interval: 10m
                """.formatted(registry.address()));
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.kube().find(GROUP + "extensionversions/devops-0.11.0"))
                        .isPresent());
    }

    @AfterAll
    static void stop() {
        registry.close();
        platform.close();
    }

    @AfterEach
    void remove_what_the_test_installed() {
        platform.kube().delete(SUBSCRIPTION);
        platform.awaitGone(SUBSCRIPTION);
        platform.awaitGone(PLAN);
        platform.awaitGone("/api/v1/namespaces/kubesphere-devops");
    }

    @Test
    void a_subscription_installs_upgrades_rolls_back_disables_and_removes() {
        apply(subscription("0.10.0", true, "config: {greeting: good morning}"));

        awaitState("installed");
        assertThat(text(PLAN, "/status/version")).isEqualTo("0.10.0");
        assertThat(text(PLAN, "/status/targetNamespace")).isEqualTo("kubesphere-devops");
        assertThat(text(PLAN, "/metadata/annotations/kubesphere.io~1subscription"))
                .isEqualTo("devops-0.10.0");
        assertThat(text(GREETING, "/data/text")).isEqualTo("good morning from 0.10.0");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(BUNDLE, "/status/state")).isEqualTo("Available"));
        assertThat(condition("ReleaseNameIgnored").path("message").asText()).contains("\"devops\"");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(GROUP + "extensions/devops", "/status/subscribedVersion"))
                        .isEqualTo("0.10.0"));

        apply(subscription("0.11.0", true, "config: {greeting: good evening}"));
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(GREETING, "/data/text")).isEqualTo("good evening from 0.11.0"));
        awaitState("installed");

        apply(subscription("0.10.0", true, "config: {greeting: good evening}"));
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(GREETING, "/data/text")).isEqualTo("good evening from 0.10.0"));
        awaitState("installed");

        apply(subscription("0.10.0", false, "config: {greeting: good evening}"));
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(BUNDLE, "/status/state")).isEqualTo("Disabled"));
        assertThat(platform.kube().find(GREETING)).isPresent();

        platform.kube().delete(SUBSCRIPTION);
        platform.awaitGone(SUBSCRIPTION);
        assertThat(platform.kube().find(PLAN)).isEmpty();
        assertThat(platform.kube().find(GREETING)).isEmpty();
        assertThat(platform.kube().find(BUNDLE)).isEmpty();
    }

    @Test
    void what_is_changed_in_the_plan_is_taken_over_and_never_undone() {
        apply(subscription("0.10.0", true, "config: {greeting: hello}"));
        awaitState("installed");

        var spec = Json.object().put("enabled", false).put("config", "greeting: hi\n");
        platform.change("devops", spec);

        await().atMost(TestPlatform.PATIENCE).untilAsserted(() -> {
            var subscribed = platform.kube().get(SUBSCRIPTION).path("spec");
            assertThat(subscribed.path("enabled").asBoolean(true)).isFalse();
            assertThat(subscribed.path("config")).isEqualTo(Json.object().put("greeting", "hi"));
        });
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(GREETING, "/data/text")).isEqualTo("hi from 0.10.0"));
        assertThat(text(PLAN, "/spec/config").strip()).isEqualTo("greeting: hi");
        awaitState("installed");
    }

    @Test
    void an_installed_extension_stays_in_its_namespace_and_with_its_first_subscription() {
        apply(subscription("0.10.0", true, "config: \"greeting: hello\""));
        awaitState("installed");

        var moved = Json.object();
        moved.putObject("spec").put("targetNamespace", "elsewhere");
        platform.kube().patch(SUBSCRIPTION, moved);
        apply(subscription("0.11.0", true, "config: {}").replace("name: devops-0.10.0", "name: devops-again"));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(condition("TargetNamespaceImmutable")
                                .path("message")
                                .asText())
                        .contains("kubesphere-devops"));
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(condition(GROUP + "subscriptions/devops-again", "Conflict")
                                .path("message")
                                .asText())
                        .isEqualTo("extension \"devops\" belongs to Subscription \"devops-0.10.0\""));
        assertThat(text(PLAN, "/status/targetNamespace")).isEqualTo("kubesphere-devops");
        assertThat(text(PLAN, "/spec/extension/version")).isEqualTo("0.10.0");
        platform.kube().delete(GROUP + "subscriptions/devops-again");
        platform.awaitGone(GROUP + "subscriptions/devops-again");
    }

    @Test
    void a_version_of_another_name_is_found_by_its_early_label() {
        var chart = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        chart.putObject("metadata").put("name", "legacy-chart");
        chart.putObject("binaryData").put("chart.tgz", Base64.getEncoder().encodeToString(chart("legacy", "0.10.0")));
        platform.kube().create("/api/v1/namespaces/kubesphere-system/configmaps", chart);
        var version = (ObjectNode) Yaml.parse("""
                apiVersion: kubesphere.io/v1alpha1
                kind: ExtensionVersion
                metadata: {name: legacy-v0.10.1, labels: {kubesphere.io/extension: legacy}}
                spec:
                  displayName: Legacy
                  version: v0.10.0
                  minKubeVersion: 1.17.0
                  sources: https://git.example.org
                  chartDataRef: {namespace: kubesphere-system, name: legacy-chart, key: chart.tgz}
                """);
        platform.kube().create(GROUP + "extensionversions", version);

        platform.install("legacy", "0.10.0", "");

        platform.awaitState("legacy", "Installed");
        var stored = platform.kube().get(GROUP + "extensionversions/legacy-v0.10.1");
        assertThat(stored.at("/spec/displayName/en").asText()).isEqualTo("Legacy");
        assertThat(stored.at("/spec/kubeVersion").asText()).isEqualTo(">=1.17.0-0");
        platform.remove("legacy");
        platform.awaitGone(GROUP + "installplans/legacy");
    }

    @Test
    void a_plan_that_is_deleted_takes_its_subscription_along() {
        apply(subscription("0.10.0", true, "config: {}"));
        awaitState("installed");

        platform.remove("devops");

        platform.awaitGone(SUBSCRIPTION);
        assertThat(platform.kube().find(PLAN)).isEmpty();
    }

    private static String subscription(String version, boolean enabled, String config) {
        return """
                apiVersion: kubesphere.io/v1alpha1
                kind: Subscription
                metadata: {name: devops-0.10.0}
                spec:
                  extension:
                    name: devops
                    version: %s
                  enabled: %s
                  targetNamespace: kubesphere-devops
                  releaseName: ks-devops
                  %s
                """.formatted(version, enabled, config);
    }

    private static void apply(String yaml) {
        var object = (ObjectNode) Yaml.parse(yaml);
        var plural = object.path("kind").asText().equals("Repository") ? "repositories/" : "subscriptions/";
        platform.kube().apply(GROUP + plural + object.at("/metadata/name").asText(), object, "kubectl", true);
    }

    private static void awaitState(String state) {
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(text(SUBSCRIPTION, "/status/state"))
                        .as(() -> platform.kube().find(PLAN).map(Json::pretty).orElse("no plan"))
                        .isEqualTo(state));
    }

    private static String text(String path, String pointer) {
        return platform.kube()
                .find(path)
                .map(found -> found.at(pointer).asText(""))
                .orElse("");
    }

    private static JsonNode condition(String type) {
        return condition(SUBSCRIPTION, type);
    }

    private static JsonNode condition(String path, String type) {
        for (var condition : platform.kube().get(path).at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }

    /** A chart as they were before extension.yaml: everything in Chart.yaml. */
    private static byte[] chart(String name, String version) {
        return ChartPacker.pack(
                name,
                List.of(
                        file("Chart.yaml", """
                                apiVersion: v2
                                name: %s
                                version: %s
                                description: Pipelines
                                maintainers: [{name: Somebody, email: a@example.com}]
                                """.formatted(name, version)),
                        file("values.yaml", "greeting: hello\n"),
                        file("permissions.yaml", """
                                kind: ClusterRole
                                rules:
                                  - {apiGroups: [kubesphere.io], resources: [jsbundles], verbs: ['*']}
                                """),
                        file("templates/all.yaml", """
                                apiVersion: v1
                                kind: ConfigMap
                                metadata: {name: greeting}
                                data: {text: "{{ .Values.greeting }} from {{ .Chart.Version }}"}
                                ---
                                apiVersion: kubesphere.io/v1alpha1
                                kind: JSBundle
                                metadata: {name: "{{ .Chart.Name }}"}
                                spec: {raw: Ly8=}
                                """)));
    }

    private static ChartFile file(String path, String text) {
        return new ChartFile(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
