package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.extension.ExtensionSettings;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions that cannot be removed in order, and packages that break rules about their rights. */
class ForcedRemovalIT {
    private static final String PLAN = "/apis/kubesphere.io/v1alpha1/installplans/hello";
    private static final String NAMESPACE = "/api/v1/namespaces/extension-hello";
    private static final String DEFINITION = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.hello.io";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String EVERYTHING = """
            kind: ClusterRole
            rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
            """;
    private static final String THINGS = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.hello.io}
            spec:
              group: hello.io
              scope: Namespaced
              names: {kind: Thing, plural: things}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;
    private static final String THING = """
            apiVersion: hello.io/v1
            kind: Thing
            metadata: {name: thing}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: hello-reader}
            rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: hello-kept, annotations: {helm.sh/resource-policy: keep}}
            rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
            """;

    @TempDir
    private static Path directory;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(directory);
        platform.publish(HelloExtension.write(directory, "1.0.0")
                .put("permissions.yaml", EVERYTHING)
                .put("crds/things.yaml", THINGS)
                .put("charts/web/templates/thing.yaml", THING)
                .directory());
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
    void force_removes_everything_although_helm_cannot_read_the_release_any_more() {
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");
        platform.kube().delete(DEFINITION);
        platform.awaitGone(DEFINITION);
        platform.remove("hello");
        var failed = platform.awaitState("hello", "UninstallFailed");
        assertThat(failed.at("/status/conditions/0/message").asText()).contains("failed to delete release");
        assertThat(platform.kube().find(NAMESPACE + "/services/hello")).isPresent();

        platform.annotate("hello", "kubesphere.io/force-delete");

        expectNothingLeft();
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(
                                platform.extension("hello").at("/status/state").asText())
                        .isEmpty());
    }

    @Test
    void force_removes_everything_although_the_record_of_the_release_is_damaged() {
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");
        var damage = Json.object();
        damage.putObject("data").put("release", "bm9uc2Vuc2U=");
        platform.kube().patch(NAMESPACE + "/secrets/sh.helm.release.v1.hello.v1", damage);
        platform.annotate("hello", "kubesphere.io/force-delete");

        platform.remove("hello");

        expectNothingLeft();
    }

    private static void expectNothingLeft() {
        platform.awaitGone(PLAN);
        platform.awaitGone("/apis/extensions.kubesphere.io/v1alpha1/jsbundles/hello");
        platform.awaitGone(RBAC + "clusterroles/hello-reader");
        platform.awaitGone(RBAC + "clusterroles/kubesphere:hello:helm-executor");
        platform.awaitGone(RBAC + "clusterrolebindings/kubesphere:hello:helm-executor");
        platform.awaitGone(NAMESPACE);
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(
                        () -> assertThat(platform.kube().get("/api/v1/pods").path("items"))
                                .isEmpty());
        assertThat(platform.kube().find(RBAC + "clusterroles/hello-kept")).isPresent();
        platform.kube().delete(RBAC + "clusterroles/hello-kept");
    }

    @Test
    void permissions_that_cannot_be_read_are_the_reason_why_it_is_not_installed() {
        platform.publish(HelloExtension.write(directory, "1.1.0").directory());
        var path = "/api/v1/namespaces/kubesphere-system/configmaps/extension-hello-1.1.0-chart";
        var packed = Base64.getDecoder()
                .decode(platform.kube().get(path).at("/binaryData/chart.tgz").asText());
        var files = ChartArchive.read(packed).files().stream()
                .map(file -> file.path().equals("permissions.yaml")
                        ? new ChartFile(file.path(), "kind: Role\nrules: [{}]".getBytes(StandardCharsets.UTF_8))
                        : file)
                .toList();
        var patch = Json.object();
        patch.putObject("binaryData")
                .put("chart.tgz", Base64.getEncoder().encodeToString(ChartPacker.pack("hello", files)));
        platform.kube().patch(path, patch);

        platform.install("hello", "1.1.0", "");

        var failed = platform.awaitState("hello", "InstallFailed");
        assertThat(condition(failed, "Ready").path("reason").asText()).isEqualTo("InvalidPermissions");
        assertThat(condition(failed, "Installed").path("message").asText())
                .startsWith("Failed to install extension: ")
                .contains("permissions.yaml");
        assertThat(platform.kube().find(NAMESPACE)).isEmpty();
    }

    @Test
    void where_dependencies_are_ignored_nothing_is_said_about_them() throws IOException {
        var extension = HelloExtension.write(directory, "1.2.0");
        var metadata = extension.directory().resolve("extension.yaml");
        extension.put("extension.yaml", Files.readString(metadata) + """
                externalDependencies:
                  - {name: nobody-has-it, version: ">=1.0.0", required: true}
                annotations: {executor-hook-image.kubesphere.io/install: "example/hook:1"}
                """);
        platform.publish(extension.directory());
        platform.restartControllers(settings ->
                settings.withRules(new ExtensionSettings.Rules(ExtensionSettings.DependencyPolicy.IGNORE, false)));
        try {
            platform.install("hello", "1.2.0", "");

            var plan = platform.awaitState("hello", "Installed");
            assertThat(condition(plan, "DependenciesSatisfied").isMissingNode()).isTrue();
            platform.awaitEvents("hello", "HookImageIgnored");
        } finally {
            platform.restartControllers(settings -> settings);
        }
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
