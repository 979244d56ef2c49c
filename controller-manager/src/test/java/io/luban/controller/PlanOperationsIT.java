package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.http.HttpRuntime;
import io.luban.http.ServerConfig;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs and previews of plans over HTTP, and what plans say of dependencies and packages. */
class PlanOperationsIT {
    private static final String TOKEN = "known to both sides";
    private static final String PLANS = "/apis/kubesphere.io/v1alpha1/installplans/";
    private static final String APPLICATIONS = "/apis/application.kubesphere.io/v2/applications";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static TestPlatform platform;
    private static HttpRuntime runtime;
    private static OperationsServer server;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(directory);
        runtime = HttpRuntime.create();
        server = OperationsServer.start(
                runtime, ServerConfig.loopback(), TOKEN, platform.controllers().operations());
    }

    @AfterAll
    static void stop() {
        server.close();
        runtime.close();
        platform.close();
        HTTP.close();
    }

    @AfterEach
    void remove_what_the_test_installed() {
        for (var name : new String[] {"hello", "other", "shop"}) {
            if (platform.kube().find(PLANS + name).isPresent()) {
                platform.remove(name);
                platform.awaitGone(PLANS + name);
            }
        }
    }

    @Test
    void an_application_that_ksbuilder_made_an_extension_of_is_installed_into_the_store() throws Exception {
        var chart = directory.resolve("shop-0.1.0.tgz");
        Files.write(
                chart,
                ChartPacker.pack(
                        "shop",
                        List.of(new ChartFile(
                                "Chart.yaml",
                                "apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: \"1\"\ndescription: A shop\n"
                                        .getBytes(StandardCharsets.UTF_8)))));
        platform.ksbuilder("createapp", "--from", chart.toString());
        platform.publish(directory.resolve("shop"));

        platform.install("shop", "0.1.0", "");
        platform.awaitState("shop", "Installed");

        var application = platform.kube().get(APPLICATIONS).path("items").path(0);
        assertThat(application.at("/spec/appType").asText()).isEqualTo("helm");
        var version =
                application.path("metadata").path("annotations").path("application.kubesphere.io/latest-app-version");
        assertThat(platform.kube()
                        .get("/api/v1/namespaces/extension-openpitrix/configmaps/" + version.asText())
                        .at("/binaryData/BinaryKey")
                        .binaryValue())
                .isEqualTo(Files.readAllBytes(chart));
    }

    @Test
    void the_cluster_of_the_platform_is_described_and_put_right_again() {
        var path = "/apis/cluster.kubesphere.io/v1alpha1/clusters/host";
        await().atMost(TestPlatform.PATIENCE)
                .ignoreExceptionsInstanceOf(ApiException.class)
                .untilAsserted(() -> assertThat(new String(
                                platform.kube()
                                        .get(path)
                                        .at("/spec/connection/kubeconfig")
                                        .binaryValue(),
                                StandardCharsets.UTF_8))
                        .isEqualTo(TestPlatform.KUBECONFIG));
        var stale = Json.object();
        stale.putObject("status").put("kubeSphereVersion", "v0").put("kubernetesVersion", "v0");
        stale.withObject("/spec/connection").put("kubeconfig", "");
        stale.withObject("/metadata/labels").put("changed", "true");

        platform.kube().patch(path, stale);

        await().atMost(TestPlatform.PATIENCE).untilAsserted(() -> {
            var cluster = platform.kube().get(path);
            assertThat(cluster.at("/status/kubeSphereVersion").asText()).startsWith("v4");
            assertThat(cluster.at("/status/kubernetesVersion").asText()).startsWith("v1");
            assertThat(cluster.at("/spec/connection/kubeconfig").asText()).isNotEmpty();
        });
    }

    @Test
    void the_log_of_an_operation_is_followed_while_it_runs_and_kept_afterwards() throws Exception {
        platform.publish(HelloExtension.write(directory, "1.0.0").directory());
        platform.install("hello", "1.0.0", "");
        await().atMost(TestPlatform.PATIENCE)
                .until(() -> platform.plan("hello").at("/status/state").asText().equals("Installing"));

        var followed = get("hello/logs?follow=true&timestamps=true").body();

        assertThat(followed.lines().findFirst().orElseThrow())
                .matches("\\d{4}-.*Z operation helm-install-hello-.* begins");
        assertThat(followed).contains("POST deployments.apps extension-hello/: 201");
        platform.awaitState("hello", "Installed");
        assertThat(get("hello/logs?timestamps=true").body()).isEqualTo(followed);
        var last = get("hello/logs?tailLines=1").body();
        assertThat(last.lines()).hasSize(1);
        assertThat(followed).endsWith(last);
        var operation = platform.plan("hello").at("/status/jobName").asText();
        assertThat(get("hello/logs?operation=" + operation).statusCode()).isEqualTo(200);
        assertThat(get("hello/logs?operation=..%2F..%2Fsecret").statusCode()).isEqualTo(404);
        assertThat(get("nobody/logs").statusCode()).isEqualTo(404);
        assertThat(get("hello/logs?tailLines=-1").statusCode()).isEqualTo(400);
    }

    @Test
    void a_log_can_be_followed_before_its_operation_begins_and_read_after_the_plan_is_gone() throws Exception {
        platform.install("hello", "1.2.0", "");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(condition(platform.plan("hello"), "Ready")
                                .path("reason")
                                .asText())
                        .isEqualTo("ExtensionVersionNotFound"));
        var request = HttpRequest.newBuilder(uri("hello/logs?follow=true"))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        var answer = HTTP.sendAsync(request, BodyHandlers.ofString());

        platform.publish(HelloExtension.write(directory, "1.2.0").directory());

        assertThat(answer.get(60, TimeUnit.SECONDS).body())
                .startsWith("operation helm-install-hello-")
                .contains("POST deployments.apps extension-hello/: 201");
        platform.awaitState("hello", "Installed");
        assertThat(get("hello/logs?follow=true").body())
                .as("nothing to wait for")
                .startsWith("operation helm-install");

        platform.remove("hello");
        assertThat(get("hello/logs?follow=true").body()).startsWith("operation helm-uninstall-hello-");
        platform.awaitGone(PLANS + "hello");

        assertThat(get("hello/logs").body()).startsWith("operation helm-uninstall-hello-");
    }

    @Test
    void nobody_gets_in_without_the_token() throws Exception {
        var request = HttpRequest.newBuilder(uri("hello/logs")).build();

        assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    @Test
    void a_preview_tells_what_would_change_and_changes_nothing() throws Exception {
        platform.publish(HelloExtension.write(directory, "2.0.0")
                .put("charts/web/templates/odd.yaml", """
                        apiVersion: odd.example.org/v1
                        kind: Odd
                        metadata: {name: odd}
                        ---
                        apiVersion: v1
                        kind: Namespace
                        metadata: {name: elsewhere}
                        {{- if not (lookup "v1" "Secret" .Release.Namespace "made-once") }}
                        ---
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: made-once}
                        {{- end }}
                        """)
                .directory());
        var asked = Json.object();
        asked.withObject("/spec/extension").put("name", "hello").put("version", "2.0.0");

        var preview = preview("hello", asked);

        var host = preview.at("/releases/0");
        assertThat(host.path("action").asText()).isEqualTo("install");
        assertThat(host.path("changes").findValuesAsText("kind"))
                .contains("Deployment", "Service", "ConfigMap", "JSBundle", "Odd", "Namespace", "Secret");
        assertThat(host.path("changes").findValuesAsText("operation")).containsOnly("add");
        assertThat(host.path("missingKinds").findValuesAsText("kind")).containsExactly("Odd");
        assertThat(host.at("/permissions/missing").findValuesAsText("resource")).containsExactly("namespaces");
        assertThat(platform.kube().find(PLANS + "hello")).isEmpty();
        assertThat(platform.kube().find("/api/v1/namespaces/extension-hello")).isEmpty();
    }

    @Test
    void a_preview_of_an_installed_extension_names_the_fields() throws Exception {
        platform.publish(HelloExtension.write(directory, "3.0.0").directory());
        platform.install("hello", "3.0.0", "");
        platform.awaitState("hello", "Installed");
        var asked = Json.object();
        asked.withObject("/spec").put("config", "web: {replicas: 3}");

        var host = preview("hello", asked).at("/releases/0");

        assertThat(host.path("action").asText()).isEqualTo("upgrade");
        assertThat(host.path("changes")).as(host.toPrettyString()).hasSize(1);
        var change = host.at("/changes/0");
        assertThat(change.path("kind").asText()).isEqualTo("Deployment");
        assertThat(change.at("/fields/0/path").asText()).isEqualTo("/spec/replicas");
        assertThat(change.at("/fields/0/before").asInt()).isEqualTo(1);
        assertThat(change.at("/fields/0/after").asInt()).isEqualTo(3);
        assertThat(preview("hello", Json.object()).at("/releases/0/changes")).isEmpty();
    }

    @Test
    void an_extension_waits_for_the_one_it_requires_and_is_installed_when_that_is_there() throws Exception {
        var other = HelloExtension.write(directory.resolve("other"), "1.0.0");
        rename(other);
        platform.publish(other.directory());
        platform.publish(HelloExtension.write(directory, "4.0.0")
                .put("extension.yaml", metadata("hello", "4.0.0") + """
                        externalDependencies:
                          - {name: other, version: ">=1.0.0", required: true}
                        """)
                .directory());

        platform.install("hello", "4.0.0", "");

        var plan = platform.awaitState("hello", "InstallFailed");
        assertThat(condition(plan, "DependenciesSatisfied").path("reason").asText())
                .isEqualTo("DependencyNotSatisfied");
        assertThat(preview("hello", Json.object())
                        .at("/dependencies/0/satisfied")
                        .asBoolean(true))
                .isFalse();

        platform.install("other", "1.0.0", "");

        platform.awaitState("other", "Installed");
        plan = platform.awaitState("hello", "Installed");
        assertThat(condition(plan, "DependenciesSatisfied").path("status").asText())
                .isEqualTo("True");

        platform.remove("other");

        platform.awaitGone(PLANS + "other");
        platform.awaitEvents("other", "RequiredByOthers");
    }

    @Test
    void a_plan_may_ignore_what_its_extension_requires() {
        platform.publish(HelloExtension.write(directory, "4.1.0")
                .put("extension.yaml", metadata("hello", "4.1.0") + """
                        externalDependencies:
                          - {name: nobody-has-it, version: ">=1.0.0", required: true}
                        """)
                .directory());
        platform.install("hello", "4.1.0", "");
        platform.awaitState("hello", "InstallFailed");
        var annotation = Json.object();
        annotation.withObject("/metadata/annotations").put("kubesphere.io/ignore-dependencies", "true");

        platform.kube().patch(PLANS + "hello", annotation);

        var plan = platform.awaitState("hello", "Installed");
        assertThat(condition(plan, "DependenciesSatisfied").isMissingNode()).isTrue();
    }

    @Test
    void a_version_that_is_published_again_is_told_and_installed_when_asked_for() {
        var extension = HelloExtension.write(directory, "5.0.0");
        platform.publish(extension.directory());
        platform.install("hello", "5.0.0", "");
        platform.awaitState("hello", "Installed");
        extension.put("charts/web/templates/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n");

        platform.publish(extension.directory());

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(condition(platform.plan("hello"), "NewContentAvailable")
                                .path("status")
                                .asText())
                        .isEqualTo("True"));
        var annotation = Json.object();
        annotation.withObject("/metadata/annotations").put("kubesphere.io/retry", "");
        platform.kube().patch(PLANS + "hello", annotation);
        await().atMost(TestPlatform.PATIENCE)
                .until(() -> platform.kube()
                        .find("/api/v1/namespaces/extension-hello/configmaps/more")
                        .isPresent());
        var plan = platform.awaitState("hello", "Installed");
        assertThat(condition(plan, "NewContentAvailable").isMissingNode()).isTrue();
    }

    private static void rename(HelloExtension extension) {
        extension
                .put("extension.yaml", metadata("other", "1.0.0"))
                .put("charts/web/templates/bundle.yaml", "")
                .put("charts/web/templates/hook.yaml", "");
    }

    private static String metadata(String name, String version) {
        return """
                apiVersion: kubesphere.io/v1alpha1
                name: %s
                version: %s
                displayName: {en: Hello}
                description: {en: Says hello}
                category: dev-tools
                provider: {en: {name: Somebody}}
                icon: data:image/svg+xml;base64,PHN2Zy8+
                dependencies:
                  - {name: web, tags: [extension]}
                  - {name: agent, tags: [agent], condition: agent.enabled}
                """.formatted(name, version);
    }

    private static JsonNode condition(JsonNode plan, String type) {
        for (var condition : plan.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return plan.path("no such condition");
    }

    private static URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:%d/kapis/kubesphere.io/v1alpha1/installplans/%s".formatted(server.port(), path));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static ObjectNode preview(String name, ObjectNode asked) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri(name + "/preview"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(asked)))
                .build();
        var answer = HTTP.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parseObject(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
