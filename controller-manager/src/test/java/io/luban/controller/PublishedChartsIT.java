package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.helm.ReleaseRecord;
import io.luban.ksbuilder.KsBuilder;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes through their whole lives the packages of the folder named by the system property {@code luban.charts}, or
 * those of the project's own.
 */
class PublishedChartsIT {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static final int CATEGORIES = 11;

    @TempDir
    private static Path directory;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(directory);
        // What the platform makes for itself while it starts is nothing that an extension leaves behind.
        await().atMost(TestPlatform.PATIENCE)
                .until(() -> platform.kube()
                                        .get("/apis/kubesphere.io/v1alpha1/categories")
                                        .path("items")
                                        .size()
                                == CATEGORIES
                        && platform.kube()
                                .find("/apis/cluster.kubesphere.io/v1alpha1/clusters/host")
                                .isPresent());
    }

    @AfterAll
    static void stop() {
        if (platform != null) {
            platform.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> published_packages_go_from_publication_to_removal_without_a_trace() throws IOException {
        var only = System.getProperty("luban.charts.only", "");
        try (var files = Files.list(packages())) {
            return files
                    .filter(file -> file.toString().endsWith(".tgz"))
                    .filter(file -> file.getFileName().toString().contains(only))
                    .sorted()
                    .toList()
                    .stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> liveAndDie(file)));
        }
    }

    private static Path packages() throws IOException {
        var given = System.getProperty("luban.charts");
        if (given != null) {
            return Path.of(given);
        }
        var folder = Files.createDirectories(directory.resolve("packages"));
        var own = List.of(HelloExtension.write(directory, "1.0.0").directory(), KitchenExtension.write(directory));
        for (var extension : own) {
            int code = new KsBuilder(folder, Map.of(), Clock.systemUTC())
                    .run(new String[] {"package", extension.toString()}, System.out, System.err);
            assertThat(code).isZero();
        }
        return folder;
    }

    private static void liveAndDie(Path file) {
        var metadata = ExtensionPackage.read(file).metadata();
        var name = metadata.name();
        var before = everything();
        assertThat(platform.publish(file))
                .contains("publish extension " + file)
                .contains("creating ExtensionVersion " + name + "-" + metadata.version());
        var higher = higher(metadata.version());
        assertThat(platform.publish(repackaged(file, higher))).contains(name + "-" + higher);

        platform.install(name, metadata.version(), "");
        var namespace = platform.awaitState(name, "Installed")
                .at("/status/targetNamespace")
                .asText();
        boolean hasAgents = metadata.text("installationMode").equals("Multicluster");
        if (hasAgents) {
            platform.change(name, onHost());
            awaitAgent(name, metadata.version());
        }
        var installed = released(namespace, name);
        installed.addAll(released(namespace, name + "-agent"));
        for (var object : installed) {
            assertThat(find(object, namespace)).as(describe(object, namespace)).isNotEmpty();
        }
        awaitShown(installed, namespace, name, "Available");

        platform.change(name, version(name, higher));
        awaitInstalled(name, higher, hasAgents);
        var hashes = hashes(name);
        platform.change(name, Json.object().put("config", "global: {configured: \"yes\"}"));
        awaitOtherHashes(name, hashes);
        awaitInstalled(name, higher, hasAgents);
        platform.change(name, Json.object().put("enabled", false));
        awaitShown(installed, namespace, name, "Disabled");
        platform.change(name, Json.object().put("enabled", true));
        awaitShown(installed, namespace, name, "Available");
        platform.change(name, version(name, metadata.version()));
        awaitInstalled(name, metadata.version(), hasAgents);
        checkHistory(namespace, name, metadata.version());
        if (hasAgents) {
            checkHistory(namespace, name + "-agent", metadata.version());
        }

        platform.remove(name);

        platform.awaitGone("/apis/kubesphere.io/v1alpha1/installplans/" + name);
        for (var object : installed) {
            await().atMost(TestPlatform.PATIENCE)
                    .untilAsserted(() -> assertThat(find(object, namespace))
                            .filteredOn(left -> !isKept(left))
                            .as(describe(object, namespace))
                            .isEmpty());
        }
        await().atMost(TestPlatform.PATIENCE).untilAsserted(() -> {
            var left = everything().stream()
                    .filter(path -> !before.contains(path) && !isOfTheCatalog(path, name))
                    .toList();
            assertThat(left).filteredOn(path -> !isAroundWhatStays(path)).isEmpty();
        });
    }

    /**
     * What cannot go before something that stays: the claims of a StatefulSet outlive it with their data, as do claims that
     * the chart asks to keep, each with its volume and its namespace; a kept definition goes on to be served.
     */
    private static boolean isAroundWhatStays(String path) {
        if (path.contains("/persistentvolumeclaims/") || path.startsWith("/api/v1/persistentvolumes/")) {
            return true;
        }
        var name = path.substring(path.lastIndexOf('/') + 1);
        if (path.startsWith(DEFINITIONS)) {
            // Helm never deletes what a chart has in its folder "crds".
            return true;
        }
        if (path.startsWith("/apis/apiregistration.k8s.io/v1/apiservices/")) {
            return definitions()
                    .anyMatch(definition ->
                            name.endsWith("." + definition.at("/spec/group").asText()));
        }
        var namespace = path.replaceFirst("^/api/v1/namespaces/([^/]+).*$", "$1");
        boolean incidental = path.equals("/api/v1/namespaces/" + namespace)
                || path.endsWith("/configmaps/kube-root-ca.crt")
                || path.endsWith("/serviceaccounts/default");
        return incidental && hasClaims(namespace);
    }

    private static boolean hasClaims(String namespace) {
        return !platform.kube()
                .get("/api/v1/namespaces/" + namespace + "/persistentvolumeclaims")
                .path("items")
                .isEmpty();
    }

    private static Stream<JsonNode> definitions() {
        var served = platform.kube().get(DEFINITIONS).path("items");
        return StreamSupport.stream(served.spliterator(), false);
    }

    /** What the catalog holds of the extension, also of what was not installed. */
    private static boolean isOfTheCatalog(String path, String name) {
        return path.contains("/events/")
                || path.startsWith("/apis/kubesphere.io/v1alpha1/extensions/" + name)
                || path.startsWith("/apis/kubesphere.io/v1alpha1/extensionversions/" + name)
                || path.startsWith("/api/v1/namespaces/kubesphere-system/configmaps/extension-" + name);
    }

    /** The path of every object in the cluster, except for what a chart asks to keep. */
    private static List<String> everything() {
        var paths = new ArrayList<String>();
        addAll("/api/v1", paths);
        platform.kube()
                .get("/apis")
                .path("groups")
                .forEach(group -> addAll(
                        "/apis/" + group.at("/preferredVersion/groupVersion").asText(), paths));
        return paths;
    }

    private static void addAll(String base, List<String> paths) {
        for (var resource : platform.kube().find(base).orElseGet(Json::object).path("resources")) {
            var plural = resource.path("name").asText();
            boolean listed = false;
            for (var verb : resource.path("verbs")) {
                listed |= verb.asText().equals("list");
            }
            if (!listed || plural.contains("/")) {
                continue;
            }
            for (var object : platform.kube()
                    .find(base + "/" + plural)
                    .orElseGet(Json::object)
                    .path("items")) {
                var namespace = object.at("/metadata/namespace").asText("");
                if (!isKept(object)) {
                    paths.add(base + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + plural + "/"
                            + object.at("/metadata/name").asText());
                }
            }
        }
    }

    private static Path repackaged(Path file, String version) {
        try {
            var folder = Files.createTempDirectory(directory, "repackaged");
            for (var entry : ChartArchive.read(Files.readAllBytes(file)).files()) {
                var target = folder.resolve(entry.path());
                Files.createDirectories(target.getParent());
                Files.write(target, entry.data());
            }
            for (var described : List.of("extension.yaml", "Chart.yaml")) {
                var path = folder.resolve(described);
                if (Files.exists(path)) {
                    Files.writeString(
                            path, Files.readString(path).replaceFirst("(?m)^version:.*$", "version: " + version));
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String higher(String version) {
        var parts = version.split("\\.", -1);
        return parts[0] + "." + parts[1] + "." + (Integer.parseInt(parts[2]) + 1);
    }

    private static ObjectNode onHost() {
        var spec = Json.object();
        spec.withObject("/clusterScheduling/placement").putArray("clusters").add("host");
        return spec;
    }

    private static ObjectNode version(String name, String version) {
        var spec = Json.object();
        spec.putObject("extension").put("name", name).put("version", version);
        return spec;
    }

    private static void awaitInstalled(String name, String version, boolean hasAgents) {
        await().atMost(TestPlatform.PATIENCE.multipliedBy(2)).untilAsserted(() -> {
            var status = platform.plan(name).path("status");
            assertThat(status.path("version").asText() + " "
                            + status.path("state").asText())
                    .as(status.toPrettyString())
                    .isEqualTo(version + " Installed");
        });
        if (hasAgents) {
            awaitAgent(name, version);
        }
    }

    private static void awaitAgent(String name, String version) {
        await().atMost(TestPlatform.PATIENCE.multipliedBy(2)).untilAsserted(() -> {
            var status = platform.plan(name).at("/status/clusterSchedulingStatuses/host");
            assertThat(status.path("version").asText() + " "
                            + status.path("state").asText())
                    .as(status.toPrettyString())
                    .isEqualTo(version + " Installed");
        });
    }

    /** What the release and its agent, if there is one, were made for last. */
    private static List<String> hashes(String name) {
        var status = platform.plan(name).path("status");
        return Stream.of(status, status.at("/clusterSchedulingStatuses/host"))
                .map(release -> release.path("configHash").asText(""))
                .filter(hash -> !hash.isEmpty())
                .toList();
    }

    private static void awaitOtherHashes(String name, List<String> before) {
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(
                        () -> assertThat(hashes(name)).hasSameSizeAs(before).doesNotContainAnyElementsOf(before));
    }

    private static void awaitShown(List<JsonNode> installed, String namespace, String name, String state) {
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(installed)
                        .filteredOn(object -> object.path("kind").asText().equals("JSBundle"))
                        .allSatisfy(bundle -> {
                            var live = find(bundle, namespace).getFirst();
                            assertThat(live.at("/status/state").asText()).isEqualTo(state);
                            assertThat(live.at("/status/link").asText()).startsWith("/dist/" + name);
                        }));
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

    /** What {@code helm list} and {@code helm history} read: one revision in force, the last; those before superseded. */
    private static void checkHistory(String namespace, String release, String version) {
        var secrets = new ArrayList<JsonNode>();
        platform.kube()
                .get("/api/v1/namespaces/" + namespace + "/secrets?labelSelector=owner%3Dhelm%2Cname%3D" + release)
                .path("items")
                .forEach(secrets::add);
        secrets.sort(
                Comparator.comparingInt(secret -> ReleaseRecord.decode(secret).revision()));
        assertThat(secrets).hasSizeBetween(1, 2);
        for (var secret : secrets) {
            var stored = ReleaseRecord.decode(secret);
            assertThat(secret.at("/metadata/labels/status").asText()).isEqualTo(stored.status());
            assertThat(secret.at("/metadata/labels/version").asInt()).isEqualTo(stored.revision());
            assertThat(secret.at("/metadata/name").asText())
                    .isEqualTo("sh.helm.release.v1.%s.v%d".formatted(release, stored.revision()));
            assertThat(stored.status()).isEqualTo(secret.equals(secrets.getLast()) ? "deployed" : "superseded");
        }
        var last = ReleaseRecord.decode(secrets.getLast());
        assertThat(last.revision()).isGreaterThanOrEqualTo(4);
        assertThat(last.release().at("/chart/metadata/version").asText()).isEqualTo(version);
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
