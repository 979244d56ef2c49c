package io.luban.controller.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories of every kind become extensions in a cluster, over real connections. */
class RepositoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = new TestCluster(directory);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.kube().find(Names.CATEGORIES + "/dev-tools"))
                        .isPresent());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static void repository(String name, String spec) {
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Repository
                metadata: {name: %s}
                spec: {%s}
                """.formatted(name, spec));
    }

    @Test
    void a_helm_repository_becomes_extensions_with_versions() throws IOException {
        try (var server = new TestHelmServer()) {
            for (var version : new String[] {"1.0.0", "1.1.0", "1.2.0", "2.0.0"}) {
                server.add("alpha", version, TestCharts.extension("alpha", version, "Alpha " + version));
            }
            repository("helm", "url: '%s/'".formatted(server.url()));
            cluster.awaitSynced("helm", "True", "Synced");

            var version = cluster.version("alpha-2.0.0");
            assertThat(version.at("/spec/chartURL").asText()).isEqualTo(server.url() + "/alpha-2.0.0.tgz");
            assertThat(version.at("/spec/digest").asText()).hasSize(64);
            assertThat(version.at("/spec/created").asText()).isEqualTo("2026-01-02T03:04:05Z");
            assertThat(version.at("/spec/repository").asText()).isEqualTo("helm");
            assertThat(version.at("/spec/repo").asText()).isEqualTo("helm");
            assertThat(version.at("/metadata/labels").toString())
                    .contains("\"kubesphere.io/repository-ref\":\"helm\"")
                    .contains("\"kubesphere.io/extension-ref\":\"alpha\"")
                    .contains("\"kubesphere.io/category\":\"dev-tools\"")
                    .contains("\"extensions.kubesphere.io/category\":\"dev-tools\"");
            assertThat(version.at("/metadata/annotations/executor-hook-image.kubesphere.io")
                            .asText())
                    .isEqualTo("example/hook:1");
            assertThat(version.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Extension");
            var extension = cluster.extension("alpha");
            assertThat(extension.at("/spec/displayName/en").asText()).isEqualTo("Alpha 2.0.0");
            assertThat(extension.at("/metadata/ownerReferences/0/name").asText())
                    .isEqualTo("helm");
            assertThat(cluster.kube().find(Names.VERSIONS + "/alpha-1.0.0"))
                    .as("depth is 3 unless stated otherwise")
                    .isEmpty();
            await().atMost(PATIENCE).untilAsserted(() -> {
                var status = cluster.extension("alpha").path("status");
                assertThat(status.path("recommendedVersion").asText()).isEqualTo("2.0.0");
                assertThat(status.path("recommendVersion").asText()).isEqualTo("2.0.0");
                assertThat(status.path("versions").findValuesAsText("version"))
                        .containsExactly("1.1.0", "1.2.0", "2.0.0");
            });
        }
    }

    @Test
    void an_unchanged_catalog_costs_no_download_and_no_write() throws IOException {
        try (var server = new TestHelmServer()) {
            for (int i = 0; i < 5; i++) {
                server.add("same" + i, "1.0.0", TestCharts.extension("same" + i, "1.0.0"));
            }
            server.entry("broken", "1.0.0", "broken-1.0.0.tgz").put("digest", "0".repeat(64));
            server.writeIndex();
            server.put("/charts/stable/broken-1.0.0.tgz", "no archive".getBytes(StandardCharsets.UTF_8));
            repository("unchanged", "url: '%s'".formatted(server.url()));
            cluster.awaitSynced("unchanged", "True", "broken 1.0.0: file does not appear to be a gzipped archive");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(recommended("same")).hasSize(5).containsOnly("1.0.0"));
            var before = ofSame();
            server.takeAsked();

            cluster.resync("unchanged");

            assertThat(server.takeAsked()).containsExactly("/charts/stable/index.yaml");
            assertThat(ofSame()).isEqualTo(before).hasSize(10);
        }
    }

    /** What is recommended of every extension whose name begins so, {@code ""} where nothing is yet. */
    private static List<String> recommended(String beginning) {
        var versions = new ArrayList<String>();
        for (var extension : cluster.kube().get(Names.EXTENSIONS).path("items")) {
            if (extension.at("/metadata/name").asText().startsWith(beginning)) {
                versions.add(extension.at("/status/recommendedVersion").asText(""));
            }
        }
        return versions;
    }

    private static Map<String, String> ofSame() {
        var written = cluster.written();
        written.keySet().removeIf(name -> !name.contains("/same"));
        return written;
    }

    @Test
    void what_cannot_be_fetched_leaves_alone_what_is_there() throws IOException {
        try (var server = new TestHelmServer()) {
            server.add("steady", "1.0.0", TestCharts.extension("steady", "1.0.0"));
            server.requireUser("me", "secret");
            repository("steady", "url: '%s'".formatted(server.url()));
            cluster.awaitSynced("steady", "False", "401 Unauthorized");

            var patch = Json.object();
            patch.putObject("spec").putObject("basicAuth").put("username", "me").put("password", "secret");
            cluster.kube().patch(Names.REPOSITORIES + "/steady", patch);
            cluster.awaitSynced("steady", "True", "Synced");
            var before = cluster.version("steady-1.0.0");

            for (var text : new String[] {"<html><body>Log in</body></html>", "entries: {}", "a: [", "- 1"}) {
                server.putIndex(text);
                var button = Json.object();
                button.putObject("status").putNull("lastSyncTime");
                cluster.kube().patch(Names.REPOSITORIES + "/steady", button);
                cluster.awaitSynced("steady", "False", "failed to sync extensions from " + server.url());
            }
            server.writeIndex();
            cluster.awaitSynced("steady", "True", "Synced");
            assertThat(cluster.version("steady-1.0.0")).isEqualTo(before);

            server.entry("steady", "1.1.0", "nowhere.tgz");
            cluster.resync("steady");
            cluster.awaitSynced("steady", "True", "steady 1.1.0: failed to fetch");
            assertThat(cluster.version("steady-1.0.0")).isEqualTo(before);
            assertThat(cluster.kube().get("/api/v1/namespaces/default/events").toString())
                    .contains("\"reason\":\"SyncFailed\"")
                    .contains("sync extensions from " + server.url() + " successfully");
        }
    }

    @Test
    void an_extension_belongs_to_one_repository_and_goes_with_it() throws IOException {
        try (var first = new TestHelmServer();
                var second = new TestHelmServer()) {
            first.add("owned", "1.0.0", TestCharts.extension("owned", "1.0.0"));
            second.add("owned", "9.0.0", TestCharts.extension("owned", "9.0.0"));
            repository("first", "url: '%s'".formatted(first.url()));
            cluster.awaitSynced("first", "True", "Synced");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(cluster.extension("owned")
                                    .path("metadata")
                                    .path("finalizers")
                                    .toString())
                            .contains("extension-protection"));
            repository("second", "url: '%s'".formatted(second.url()));
            cluster.awaitSynced("second", "True", "owned: the extension belongs to repository \\\"first\\\"");
            assertThat(cluster.kube().find(Names.VERSIONS + "/owned-9.0.0")).isEmpty();

            cluster.kube().delete(Names.REPOSITORIES + "/first");

            cluster.awaitMissing(Names.REPOSITORIES + "/first");
            cluster.awaitMissing(Names.EXTENSIONS + "/owned");
            cluster.awaitMissing(Names.VERSIONS + "/owned-1.0.0");
        }
    }

    @Test
    void versions_that_leave_the_catalog_leave_the_cluster() throws IOException {
        try (var server = new TestHelmServer()) {
            server.add("leaver", "1.0.0", TestCharts.extension("leaver", "1.0.0", "Old"));
            server.add("gone", "1.0.0", TestCharts.extension("gone", "1.0.0"));
            repository("leaving", "url: '%s'".formatted(server.url()));
            cluster.awaitSynced("leaving", "True", "Synced");
            server.remove("gone");
            server.remove("leaver");
            server.add("leaver", "2.0.0", TestCharts.extension("leaver", "2.0.0", "New"));

            cluster.resync("leaving");

            cluster.awaitMissing(Names.VERSIONS + "/gone-1.0.0");
            cluster.awaitMissing(Names.VERSIONS + "/leaver-1.0.0");
            assertThat(cluster.extension("gone").path("kind").asText()).isEqualTo("Extension");
            assertThat(cluster.extension("leaver").at("/spec/displayName/en").asText())
                    .isEqualTo("New");
        }
    }

    @Test
    void addresses_are_relative_to_the_index_and_bad_ones_are_told() throws IOException {
        try (var server = new TestHelmServer()) {
            server.entry("rooted", "1.0.0", "files/rooted.tgz");
            server.put("/files/rooted.tgz", TestCharts.extension("rooted", "1.0.0"));
            server.entry("wrong", "1.0.0", "file:///etc/passwd");
            server.entry("Upper_Case", "1.0.0", "x.tgz");
            server.entry("badversion", "1.0.0+build", "x.tgz");
            server.entry("other", "1.0.0", "other.tgz");
            server.put("/charts/stable/other.tgz", TestCharts.extension("another", "1.0.0"));
            repository("addresses", "url: '%s'".formatted(server.url()));

            var told = cluster.awaitSynced("addresses", "True", "left out")
                    .path("message")
                    .asText();

            assertThat(cluster.version("rooted-1.0.0").at("/spec/chartURL").asText())
                    .endsWith("/files/rooted.tgz")
                    .doesNotContain("stable");
            assertThat(told)
                    .contains("unsupported scheme: file")
                    .contains("\"Upper_Case\" must be a DNS-1123 subdomain")
                    .contains("without build metadata")
                    .contains("the chart calls itself \"another\"");
        }
    }

    @Test
    void the_early_form_reads_the_charts_of_an_image() throws IOException {
        try (var registry = new TestRegistry()) {
            registry.pushImage(
                    "catalog/extensions",
                    "latest",
                    Map.of(
                            "charts/old/Chart.yaml",
                                    TestCharts.plainChartYaml("old", "0.1.0").getBytes(StandardCharsets.UTF_8),
                            "charts/devops/Chart.yaml",
                                    TestCharts.plainChartYaml("devops", "0.10.0")
                                            .getBytes(StandardCharsets.UTF_8),
                            "etc/passwd", "root".getBytes(StandardCharsets.UTF_8)),
                    Map.of(
                            "charts/.wh.old",
                            new byte[0],
                            "charts/packed-1.0.0.tgz",
                            TestCharts.extension("packed", "1.0.0")));
            repository(
                    "early",
                    "displayName: Early, publisher: Somebody, image: '%s/catalog/extensions:latest',"
                                    .formatted(registry.address())
                            + " updateStrategy: {registryPoll: {interval: 10m}}");
            cluster.awaitSynced("early", "True", "Synced");

            var version = cluster.version("devops-0.10.0");
            assertThat(version.at("/spec/category").asText()).isEqualTo("dev-tools");
            assertThat(version.at("/spec/provider/en/name").asText()).isEqualTo("Somebody");
            assertThat(cluster.version("packed-1.0.0")
                            .at("/spec/displayName/en")
                            .asText())
                    .isEqualTo("Extension packed");
            assertThat(cluster.kube().find(Names.EXTENSIONS + "/old")).isEmpty();
            assertThat(get(version.at("/spec/chartURL").asText()).statusCode()).isEqualTo(200);
            assertThat(cluster.kube()
                            .get(Names.REPOSITORIES + "/early")
                            .at("/status/state")
                            .asText())
                    .isEqualTo("ready");
            registry.takeAsked();

            cluster.resync("early");

            assertThat(registry.takeAsked()).noneMatch(path -> path.contains("/blobs/"));
            registry.pushImage(
                    "catalog/extensions",
                    "latest",
                    Map.of("charts/devops-0.11.0.tgz", TestCharts.plain("devops", "0.11.0")));
            cluster.resync("early");
            cluster.awaitMissing(Names.VERSIONS + "/packed-1.0.0");
            assertThat(cluster.version("devops-0.11.0").at("/spec/version").asText())
                    .isEqualTo("0.11.0");
        }
    }

    @Test
    void charts_in_a_registry_become_extensions() throws IOException {
        try (var registry = new TestRegistry()) {
            registry.pushChart("team/oci-one", "1.0.0", TestCharts.extension("oci-one", "1.0.0"));
            registry.pushChart("team/oci-one", "1.1.0", TestCharts.extension("oci-one", "1.1.0"));
            registry.pushChart("team/oci-two", "0.1.0", TestCharts.extension("oci-two", "0.1.0"));
            repository("registry", "url: 'oci://%s/team'".formatted(registry.address()));

            cluster.awaitSynced("registry", "True", "Synced");

            assertThat(cluster.version("oci-one-1.1.0").at("/spec/chartURL").asText())
                    .isEqualTo("oci://%s/team/oci-one:1.1.0".formatted(registry.address()));
            assertThat(cluster.version("oci-two-0.1.0").at("/spec/digest").asText())
                    .hasSize(64);
        }
    }

    @Test
    void folders_and_config_maps_are_catalogs_as_well() throws IOException {
        var folder = Files.createDirectories(directory.resolve("folder"));
        Files.write(folder.resolve("folded-1.0.0.tgz"), TestCharts.extension("folded", "1.0.0"));
        repository("folder", "url: '%s'".formatted(folder.toUri()));
        var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", "charts");
        map.putObject("binaryData")
                .put("mapped.tgz", Base64.getEncoder().encodeToString(TestCharts.extension("mapped", "1.0.0")));
        cluster.kube().create("/api/v1/namespaces/default/configmaps", map);
        repository("mapped", "url: 'configmap://default/charts'");

        cluster.awaitSynced("folder", "True", "Synced");
        cluster.awaitSynced("mapped", "True", "Synced");

        assertThat(get(cluster.version("folded-1.0.0").at("/spec/chartURL").asText())
                        .statusCode())
                .isEqualTo(200);
        assertThat(cluster.version("mapped-1.0.0").at("/spec/chartDataRef/key").asText())
                .isEqualTo("mapped.tgz");
        repository("bucket", "url: 's3://bucket/charts'");
        cluster.awaitSynced("bucket", "False", "unsupported scheme: s3");
    }

    @Test
    void a_package_put_into_the_built_in_catalog_appears_within_seconds() throws IOException, InterruptedException {
        cluster.awaitSynced("extensions-museum", "True", "Synced");
        var url = cluster.controllers().catalogUrl();
        var chart = TestCharts.extension("pushed", "1.0.0");
        assertThat(get(url + "/health").body()).isEqualTo("{\"healthy\":true}");
        assertThat(send(url + "/api/charts", "POST", chart).body()).isEqualTo("{\"saved\":true}");
        assertThat(send(url + "/api/charts", "POST", chart).statusCode()).isEqualTo(409);
        assertThat(send(url + "/api/charts?force", "POST", chart).statusCode()).isEqualTo(201);
        assertThat(send(url + "/api/charts", "POST", new byte[] {1, 2, 3}).statusCode())
                .isEqualTo(400);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.kube().find(Names.VERSIONS + "/pushed-1.0.0"))
                        .isPresent());

        assertThat(get(url + "/api/charts/pushed/1.0.0").body()).contains("\"digest\"");
        assertThat(send(url + "/api/charts/pushed/1.0.0", "DELETE", new byte[0]).body())
                .isEqualTo("{\"deleted\":true}");
        cluster.awaitMissing(Names.VERSIONS + "/pushed-1.0.0");
    }

    @Test
    void many_extensions_are_synchronised_in_one_go() throws IOException {
        int count = Integer.getInteger("luban.catalog.size", 40);
        try (var server = new TestHelmServer()) {
            server.addMany("many", count, new String[] {"1.0.0", "1.1.0", "2.0.0"});
            var start = Instant.now();
            long memory = used();
            repository("many", "url: '%s', updateStrategy: {timeout: 5m}".formatted(server.url()));
            cluster.awaitSynced("many", "True", "Synced");
            var synced = Duration.between(start, Instant.now());
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(recommended("many")).hasSize(count).containsOnly("2.0.0"));
            System.out.printf(
                    "%d extensions with 3 versions: synchronised in %d ms, with statuses in %d ms, %d MB more%n",
                    count,
                    synced.toMillis(),
                    Duration.between(start, Instant.now()).toMillis(),
                    (used() - memory) / (1024 * 1024));
            await().atMost(Duration.ofMinutes(1)).untilAsserted(RepositoryIT::requireQuiet);
            var before = cluster.written();
            server.takeAsked();
            var again = Instant.now();

            cluster.resync("many");

            System.out.printf(
                    "again in %d ms%n", Duration.between(again, Instant.now()).toMillis());
            assertThat(server.takeAsked()).containsExactly("/charts/stable/index.yaml");
            assertThat(cluster.written()).isEqualTo(before);
        }
    }

    /** Nothing was written between two looks. */
    private static void requireQuiet() {
        var before = cluster.written();
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(cluster.written()).isEqualTo(before);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static HttpResponse<String> get(String url) {
        try {
            return send(url, "GET", new byte[0]);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> send(String url, String method, byte[] body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var publisher = body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body);
            return client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .method(method, publisher)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
