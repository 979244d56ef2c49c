package io.luban.controller.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.catalog.CatalogServer;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalog's objects: what the platform makes of those that people write, and of catalogs with oddities. */
class CatalogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

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

    @Test
    void a_version_with_nothing_but_a_chart_is_completed_by_it() {
        putChart("made", TestCharts.extension("made", "2.0.0", "Second"));
        version("made-by-hand", "made");

        await().atMost(PATIENCE).untilAsserted(() -> {
            var version = cluster.version("made-by-hand");
            assertThat(version.at("/spec/version").asText()).isEqualTo("2.0.0");
            assertThat(version.at("/spec/displayName/en").asText()).isEqualTo("Second");
            assertThat(version.at("/metadata/labels/kubesphere.io~1extension-ref")
                            .asText())
                    .isEqualTo("made");
            assertThat(version.at("/metadata/labels/kubesphere.io~1category").asText())
                    .isEqualTo("dev-tools");
        });
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(ApiException.class)
                .untilAsserted(() -> assertThat(cluster.extension("made")
                                .at("/status/recommendedVersion")
                                .asText())
                        .isEqualTo("2.0.0"));

        putChart("older", TestCharts.extension("made", "1.0.0", "First"));
        version("older-by-hand", "older");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                cluster.extension("made").at("/status/versions").findValuesAsText("version"))
                        .containsExactly("1.0.0", "2.0.0"));
        assertThat(cluster.extension("made").at("/spec/displayName/en").asText())
                .as("told by the highest version")
                .isEqualTo("Second");
    }

    @Test
    void a_version_whose_chart_is_of_no_use_says_so_and_is_completed_when_the_chart_is_there() {
        version("early-bird", "late");
        awaitEvent("early-bird", "ChartUnavailable", "chart data not found in config map");
        putChart("broken", "no archive".getBytes(StandardCharsets.UTF_8));
        version("broken-by-hand", "broken");
        awaitEvent("broken-by-hand", "InvalidChart", "gzipped archive");
        putChart("plain", TestCharts.plain("plain", "1.0.0"));
        version("plain-by-hand", "plain");
        awaitEvent("plain-by-hand", "InvalidChart", "the chart has no extension.yaml");

        putChart("late", TestCharts.extension("late", "1.0.0"));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.version("early-bird")
                                .at("/spec/version")
                                .asText())
                        .isEqualTo("1.0.0"));
        assertThat(events("early-bird")).as("told once").hasSize(1);
    }

    @Test
    void a_category_counts_its_extensions_also_when_one_moves() {
        category("first-category");
        category("second-category");
        awaitCount("first-category", "0");
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Extension
                metadata: {name: mover, labels: {kubesphere.io/category: first-category}}
                spec: {displayName: {en: Mover}}
                """);
        awaitCount("first-category", "1");

        var patch = Json.object();
        patch.withObject("/metadata/labels").put("kubesphere.io/category", "second-category");
        cluster.kube().patch(Names.EXTENSIONS + "/mover", patch);

        awaitCount("first-category", "0");
        awaitCount("second-category", "1");

        cluster.kube().delete(Names.EXTENSIONS + "/mover");

        awaitCount("second-category", "0");
    }

    @Test
    void oddities_of_an_index_are_passed_over_and_told() throws IOException {
        try (var server = new TestHelmServer()) {
            for (var version : new String[] {"1.0.0", "1.1.0", "1.2.0", "1.3.0"}) {
                server.add("deep", version, TestCharts.extension("deep", version));
            }
            server.entry("homeless", "1.0.0", "x.tgz").remove("urls");
            server.add("painted", "1.0.0", painted());
            server.addNulls();
            repository("odd", "url: '%s', depth: 2".formatted(server.url()));

            var told = cluster.awaitSynced("odd", "True", "homeless 1.0.0: the entry has no address");

            assertThat(told.path("message").asText()).contains("painted 1.0.0: icon: data URI must be an image");
            assertThat(cluster.version("painted-1.0.0")
                            .path("spec")
                            .path("icon")
                            .asText(""))
                    .isEmpty();
            assertThat(cluster.kube().find(Names.VERSIONS + "/deep-1.2.0")).isPresent();
            assertThat(cluster.kube().find(Names.VERSIONS + "/deep-1.1.0")).isEmpty();

            depth("odd", 0);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(cluster.kube().find(Names.VERSIONS + "/deep-1.0.0"))
                            .isPresent());

            depth("odd", 1);
            cluster.awaitSynced("odd", "True", "painted 1.0.0: icon: data URI must be an image");
            cluster.resync("odd");

            assertThat(cluster.kube().find(Names.VERSIONS + "/deep-1.0.0"))
                    .as("what is there stays although it is deeper")
                    .isPresent();

            var patch = Json.object();
            patch.putObject("spec")
                    .put("repository", "")
                    .put("digest", "0".repeat(64))
                    .put("home", "https://by.hand");
            cluster.kube().patch(Names.VERSIONS + "/deep-1.3.0", patch);
            cluster.resync("odd");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(cluster.version("deep-1.3.0")
                                    .at("/spec/home")
                                    .asText(""))
                            .as("what is published over it lasts until the next synchronisation")
                            .isEmpty());
        }
    }

    @Test
    void a_catalog_behind_tls_is_trusted_by_its_bundle_alone() throws IOException {
        var ca = KeyPairs.newEc();
        var root = CertificateAuthority.selfSigned(new X500Name("CN=root"), ca, Duration.ofDays(1), Clock.systemUTC());
        var pair = KeyPairs.newEc();
        var leaf = new CertificateAuthority(root, ca.getPrivate(), Clock.systemUTC())
                .issue(new CertificateAuthority.Leaf(
                        new X500Name("CN=catalog"),
                        pair.getPublic(),
                        Duration.ofDays(1),
                        KeyPurposeId.id_kp_serverAuth,
                        List.of(new GeneralName(GeneralName.iPAddress, "127.0.0.1"))));
        var tls = new TlsMaterial(Pem.encode(leaf), Pem.encode(pair.getPrivate()), false);
        try (var runtime = HttpRuntime.create();
                var server = CatalogServer.start(
                        runtime,
                        new ServerConfig("127.0.0.1", 0, Optional.of(tls), Limits.DEFAULTS),
                        directory.resolve("tls"),
                        Clock.systemUTC())) {
            assertThat(server.url()).startsWith("https://127.0.0.1:");
            var url = "url: '%s'".formatted(server.url());
            var other = CertificateAuthority.selfSigned(
                    new X500Name("CN=other"), KeyPairs.newEc(), Duration.ofDays(1), Clock.systemUTC());

            repository("tls-system", url);
            repository("tls-own", url + ", caBundle: " + bundle(Pem.encode(root)));
            repository("tls-other", url + ", caBundle: " + bundle(Pem.encode(other)));
            repository("tls-any", url + ", insecure: true");

            cluster.awaitSynced("tls-own", "True", "Synced");
            cluster.awaitSynced("tls-any", "True", "Synced");
            cluster.awaitSynced("tls-system", "False", "failed to fetch");
            cluster.awaitSynced("tls-other", "False", "failed to fetch");
        }
    }

    @Test
    void credentials_come_from_a_secret_that_is_meant_for_the_repository() throws IOException {
        try (var server = new TestHelmServer()) {
            server.add("guarded", "1.0.0", TestCharts.extension("guarded", "1.0.0"));
            server.requireUser("me", "secret");
            var secret = Json.object().put("apiVersion", "v1").put("kind", "Secret");
            secret.putObject("metadata").put("name", "login");
            secret.putObject("stringData").put("username", "me").put("password", "secret");
            cluster.kube().create("/api/v1/namespaces/default/secrets", secret);
            repository(
                    "guarded",
                    "url: '%s', basicAuthSecretRef: {namespace: default, name: login}".formatted(server.url()));
            cluster.awaitSynced("guarded", "False", "must carry the label kubesphere.io/repository-ref: guarded");

            var consent = Json.object();
            consent.withObject("/metadata/labels").put("kubesphere.io/repository-ref", "guarded");
            cluster.kube().patch("/api/v1/namespaces/default/secrets/login", consent);
            cluster.resync("guarded");

            cluster.awaitSynced("guarded", "True", "Synced");
            assertThat(cluster.kube().find(Names.VERSIONS + "/guarded-1.0.0")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_image_of_a_private_registry_is_read_with_the_credentials_of_its_repository(boolean byToken)
            throws IOException {
        var name = byToken ? "by-token" : "by-password";
        try (var registry = new TestRegistry()) {
            registry.requireUser("me", "secret", byToken);
            registry.pushImage("private/catalog", "1", Map.of("charts/x.tgz", TestCharts.extension(name, "1.0.0")));
            var image = "image: '%s/private/catalog:1'".formatted(registry.address());
            repository(name + "-nobody", image);
            repository(name + "-other", image + ", basicAuth: {username: me, password: wrong}");
            repository(name, image + ", basicAuth: {username: me, password: secret}");

            cluster.awaitSynced(name, "True", "Synced");
            cluster.awaitSynced(
                    name + "-nobody", "False", byToken ? "gives no token: 401" : "asks for a user and a password");
            cluster.awaitSynced(name + "-other", "False", byToken ? "gives no token: 401" : "answered 401");

            assertThat(cluster.version(name + "-1.0.0").at("/spec/repository").asText())
                    .isEqualTo(name);
        }
    }

    @Test
    void of_an_image_for_several_platforms_the_one_of_this_machine_is_read() throws IOException {
        var own = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        var other = own.equals("arm64") ? "amd64" : "arm64";
        try (var registry = new TestRegistry()) {
            var digests = new LinkedHashMap<String, String>();
            for (var platform : List.of("windows/" + own, "linux/" + other, "linux/" + own)) {
                var chart = TestCharts.extension("on-" + platform.replace('/', '-'), "1.0.0");
                digests.put(
                        platform,
                        registry.pushLayer("many", Map.of("charts/x.tgz", chart))
                                .getFirst());
            }
            registry.pushIndex("many", "1", digests);

            repository("many", "image: '%s/many:1'".formatted(registry.address()));

            cluster.awaitSynced("many", "True", "Synced");
            assertThat(cluster.kube().find(Names.VERSIONS + "/on-linux-" + own + "-1.0.0"))
                    .isPresent();
            assertThat(cluster.kube().find(Names.VERSIONS + "/on-linux-" + other + "-1.0.0"))
                    .isEmpty();
            assertThat(cluster.kube().find(Names.VERSIONS + "/on-windows-" + own + "-1.0.0"))
                    .isEmpty();
        }
    }

    @Test
    void an_image_that_leaves_its_place_or_is_not_what_its_digest_says_changes_nothing() throws IOException {
        try (var registry = new TestRegistry()) {
            var good = registry.pushLayer("trusted", Map.of("charts/x.tgz", TestCharts.extension("trusted", "1.0.0")));
            registry.pushIndex("trusted", "1", Map.of("linux/amd64", good.getFirst()));
            repository("trusted", "image: '%s/trusted:1'".formatted(registry.address()));
            cluster.awaitSynced("trusted", "True", "Synced");

            var evil = registry.pushLayer(
                    "trusted", Map.of("charts/../../../../evil.tgz", TestCharts.extension("evil", "1.0.0")));
            registry.pushIndex("trusted", "1", Map.of("linux/amd64", evil.getFirst()));
            cluster.want("trusted");

            cluster.awaitSynced("trusted", "False", "leaves the image");

            var next = registry.pushLayer("trusted", Map.of("charts/y.tgz", TestCharts.extension("trusted", "2.0.0")));
            registry.damage(next.getLast());
            registry.pushIndex("trusted", "1", Map.of("linux/amd64", next.getFirst()));

            cluster.awaitSynced("trusted", "False", "is not the blob of digest");
            assertThat(cluster.kube().find(Names.VERSIONS + "/trusted-1.0.0")).isPresent();
            assertThat(cluster.kube().find(Names.VERSIONS + "/trusted-2.0.0")).isEmpty();
            assertThat(fileNames()).isNotEmpty().doesNotContain("evil.tgz");
        }
    }

    @Test
    void a_repository_tells_that_it_is_known_and_that_it_goes() {
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Repository
                metadata: {name: held, finalizers: [example.org/holds-it]}
                spec: {description: nothing to read yet}
                """);
        awaitState("held", "installed");

        cluster.kube().delete(Names.REPOSITORIES + "/held");

        awaitState("held", "deleting");
        var release = Json.object();
        release.putObject("metadata").putArray("finalizers");
        cluster.kube().patch(Names.REPOSITORIES + "/held", release);
        cluster.awaitMissing(Names.REPOSITORIES + "/held");
    }

    private static void awaitState(String repository, String state) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.kube()
                                .get(Names.REPOSITORIES + "/" + repository)
                                .at("/status/state")
                                .asText())
                        .isEqualTo(state));
    }

    @Test
    void an_extension_published_by_hand_goes_over_to_the_repository_that_has_it() throws IOException {
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Extension
                metadata: {name: adopted}
                spec: {displayName: {en: Made by hand}}
                """);
        putChart("adopted-chart", TestCharts.extension("adopted", "0.9.0"));
        version("adopted-0.9.0", "adopted-chart");
        putChart("adopted-same", TestCharts.extension("adopted", "1.0.0", "By hand"));
        version("adopted-1.0.0", "adopted-same");
        await().atMost(PATIENCE)
                .until(() -> cluster.version("adopted-0.9.0")
                                .at("/spec/version")
                                .isTextual()
                        && cluster.version("adopted-1.0.0").at("/spec/version").isTextual());
        try (var server = new TestHelmServer()) {
            server.add("adopted", "1.0.0", TestCharts.extension("adopted", "1.0.0", "Of the shop"));

            repository("adopter", "url: '%s'".formatted(server.url()));

            cluster.awaitSynced("adopter", "True", "Synced");
            var extension = cluster.extension("adopted");
            assertThat(extension
                            .at("/metadata/labels/kubesphere.io~1repository-ref")
                            .asText())
                    .isEqualTo("adopter");
            assertThat(extension.at("/metadata/ownerReferences/0/name").asText())
                    .isEqualTo("adopter");
            assertThat(extension.at("/spec/displayName/en").asText()).isEqualTo("Of the shop");
            var same = cluster.version("adopted-1.0.0");
            assertThat(same.at("/spec/chartURL").asText()).endsWith("/adopted-1.0.0.tgz");
            assertThat(same.path("spec").has("chartDataRef")).isFalse();
            assertThat(cluster.version("adopted-0.9.0").at("/spec/repository").isMissingNode())
                    .as("what the repository does not have stays its maker's")
                    .isTrue();
        }
    }

    /** Below the cluster's folder, where files come and go meanwhile. */
    private static List<String> fileNames() throws IOException {
        var names = new ArrayList<String>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                names.add(file.getFileName().toString());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return names;
    }

    private static byte[] painted() {
        return ChartPacker.pack(
                "painted",
                List.of(
                        new ChartFile("Chart.yaml", "name: painted\nversion: 1.0.0\n".getBytes(StandardCharsets.UTF_8)),
                        new ChartFile(
                                "extension.yaml",
                                "name: painted\nversion: 1.0.0\nicon: 'data:text/html,<script>1</script>'\n"
                                        .getBytes(StandardCharsets.UTF_8))));
    }

    private static String bundle(byte[] pem) {
        return Base64.getEncoder().encodeToString(pem);
    }

    private static void repository(String name, String spec) {
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Repository
                metadata: {name: %s}
                spec: {%s}
                """.formatted(name, spec));
    }

    private static void depth(String repository, int depth) {
        var patch = Json.object();
        patch.putObject("spec").put("depth", depth);
        cluster.kube().patch(Names.REPOSITORIES + "/" + repository, patch);
    }

    private static void category(String name) {
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Category
                metadata: {name: %s}
                spec: {displayName: {en: Category}}
                """.formatted(name));
    }

    private static void awaitCount(String category, String count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.kube()
                                .get(Names.CATEGORIES + "/" + category)
                                .at("/metadata/annotations/kubesphere.io~1count")
                                .asText())
                        .isEqualTo(count));
    }

    private static void putChart(String name, byte[] chart) {
        var map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("name", name);
        map.putObject("binaryData").put("chart.tgz", Base64.getEncoder().encodeToString(chart));
        cluster.kube().create(MAPS, map);
    }

    private static void version(String name, String map) {
        cluster.create("""
                apiVersion: kubesphere.io/v1alpha1
                kind: ExtensionVersion
                metadata: {name: %s}
                spec: {chartDataRef: {namespace: default, name: %s, key: chart.tgz}}
                """.formatted(name, map));
    }

    private static List<ObjectNode> events(String name) {
        var events = new ArrayList<ObjectNode>();
        for (var event : cluster.kube().get("/api/v1/namespaces/default/events").path("items")) {
            if (event.at("/involvedObject/name").asText().equals(name) && event instanceof ObjectNode object) {
                events.add(object);
            }
        }
        return events;
    }

    private static void awaitEvent(String name, String reason, String words) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events(name))
                        .anySatisfy(event -> assertThat(event.path("reason").asText() + " "
                                        + event.path("message").asText())
                                .startsWith(reason)
                                .contains(words)));
    }
}
