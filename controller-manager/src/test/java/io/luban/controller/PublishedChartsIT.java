package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.helm.ReleaseRecord;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Installs and removes the packages of the folder named by the system property {@code luban.charts}. */
class PublishedChartsIT {
    @TempDir
    private static Path directory;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(
                System.getProperty("luban.charts") != null,
                "no packages to install: give their folder with -Dluban.charts=FOLDER");
        platform = TestPlatform.start(directory);
    }

    @AfterAll
    static void stop() {
        if (platform != null) {
            platform.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> published_packages_are_installed_and_removed_without_a_trace() throws IOException {
        var only = System.getProperty("luban.charts.only", "");
        try (var files = Files.list(Path.of(System.getProperty("luban.charts")))) {
            return files
                    .filter(file -> file.toString().endsWith(".tgz"))
                    .filter(file -> file.getFileName().toString().contains(only))
                    .sorted()
                    .toList()
                    .stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> installAndRemove(file)));
        }
    }

    private static void installAndRemove(Path file) {
        var metadata = ExtensionPackage.read(file).metadata();
        var name = metadata.name();
        assertThat(platform.publish(file))
                .contains("publish extension " + file)
                .contains("creating ExtensionVersion " + name + "-" + metadata.version());

        platform.install(name, metadata.version(), "");

        var plan = platform.awaitState(name, "Installed");
        var namespace = plan.at("/status/targetNamespace").asText();
        var installed = released(namespace, name);
        for (var object : installed) {
            assertThat(find(object, namespace)).as(describe(object, namespace)).isNotEmpty();
        }
        await().untilAsserted(() -> assertThat(installed)
                .filteredOn(object -> object.path("kind").asText().equals("JSBundle"))
                .allSatisfy(bundle -> {
                    assertThat(find(bundle, namespace)
                                    .getFirst()
                                    .at("/status/state")
                                    .asText())
                            .isEqualTo("Available");
                    assertThat(find(bundle, namespace)
                                    .getFirst()
                                    .at("/status/link")
                                    .asText())
                            .startsWith("/dist/" + name);
                }));

        platform.remove(name);

        platform.awaitGone("/apis/kubesphere.io/v1alpha1/installplans/" + name);
        for (var object : installed) {
            await().untilAsserted(() -> assertThat(find(object, namespace))
                    .filteredOn(left -> !isKept(left))
                    .as(describe(object, namespace))
                    .isEmpty());
        }
    }

    private static List<JsonNode> released(String namespace, String release) {
        var objects = new ArrayList<JsonNode>();
        platform.kube()
                .get("/api/v1/namespaces/" + namespace + "/secrets?labelSelector=owner%3Dhelm%2Cname%3D" + release)
                .path("items")
                .forEach(secret -> Yaml.parseAll(ReleaseRecord.decode(secret).manifest())
                        .forEach(document -> addFlattened(document, objects)));
        return objects;
    }

    private static void addFlattened(JsonNode document, List<JsonNode> objects) {
        if (document.path("kind").asText().equals("List")) {
            document.path("items").forEach(objects::add);
        } else {
            objects.add(document);
        }
    }

    private static boolean isKept(JsonNode object) {
        return object.at("/metadata/annotations/helm.sh~1resource-policy")
                .asText("")
                .equals("keep");
    }

    /** The live object, through the resource that discovery names for its kind; empty when there is none. */
    private static List<JsonNode> find(JsonNode object, String namespace) {
        var apiVersion = object.path("apiVersion").asText();
        var base = apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
        var resources = platform.kube().find(base).orElseGet(Json::object).path("resources");
        for (var resource : resources) {
            if (resource.path("kind").asText().equals(object.path("kind").asText())
                    && !resource.path("name").asText().contains("/")) {
                var own = object.at("/metadata/namespace").asText(namespace);
                var scope = resource.path("namespaced").asBoolean() ? "/namespaces/" + own : "";
                return platform.kube()
                        .find(base + scope + "/" + resource.path("name").asText() + "/"
                                + object.at("/metadata/name").asText())
                        .map(found -> List.<JsonNode>of(found))
                        .orElse(List.of());
            }
        }
        return List.of();
    }

    private static String describe(JsonNode object, String namespace) {
        return object.path("kind").asText() + " " + object.at("/metadata/name").asText() + " of " + namespace;
    }
}
