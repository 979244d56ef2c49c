package io.luban.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every sample does what its comment says, applied by kubectl where it is installed and by plain calls elsewhere. */
class SamplesIT {
    private static final Path SAMPLES = Path.of("..", "deploy", "samples");
    private static final Map<String, String> COLLECTIONS = Map.of(
            "APIService", "apiservices",
            "JSBundle", "jsbundles",
            "ReverseProxy", "reverseproxies",
            "ConfigMap", "configmaps",
            "Secret", "secrets");

    @TempDir
    static Path folder;

    private static SamplePlatform platform;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        platform = new SamplePlatform(Files.createDirectory(folder.resolve("data")));
        var prepared = Files.createDirectory(folder.resolve("samples"));
        try (var files = Files.list(SAMPLES)) {
            for (var file : files.filter(name -> isGatewaySample(name)).toList()) {
                var text = Files.readString(file).replace("127.0.0.1:18080", "127.0.0.1:" + platform.backendPort());
                Files.writeString(prepared.resolve(file.getFileName().toString()), text);
            }
        }
        if (!appliedByKubectl(prepared)) {
            applyByCalls(prepared);
        }
    }

    private static boolean isGatewaySample(Path file) {
        var name = file.getFileName().toString();
        return name.matches("(apiservice|jsbundle|reverseproxy).*\\.yaml");
    }

    private static boolean appliedByKubectl(Path manifests) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(
                            "kubectl",
                            "--kubeconfig",
                            platform.kubeconfig().toString(),
                            "apply",
                            "-f",
                            manifests.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return false;
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return true;
    }

    private static void applyByCalls(Path manifests) throws IOException {
        try (var files = Files.list(manifests)) {
            for (var file : files.toList()) {
                for (var document : Yaml.parseAll(Files.readString(file))) {
                    platform.kube().create(collection(document), (ObjectNode) document);
                }
            }
        }
    }

    private static String collection(JsonNode object) {
        var version = object.path("apiVersion").asText();
        var namespace = object.path("metadata").path("namespace").asText("");
        return (version.contains("/") ? "/apis/" : "/api/")
                + version
                + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                + "/"
                + COLLECTIONS.get(object.path("kind").asText());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void api_services_are_served_in_both_forms() {
        assertThat(seen("/kapis/samples.example.io/v1/things")
                        .at("/headers/X-remote-user")
                        .asText())
                .isEqualTo("admin");
        assertThat(target("/kapis/early.example.io/v1/things")).isEqualTo("/kapis/early.example.io/v1/things");
        assertThat(target("/samples-early/status")).isEqualTo("/samples-early/status");
    }

    @Test
    void bundles_of_every_source_are_served_to_anybody_as_scripts() {
        for (var name : List.of("sample-raw", "sample-configmap", "sample-secret", "sample-url")) {
            var answer = public200("/dist/" + name + "/index.js");
            assertThat(answer.headers().allValues("Content-Type"))
                    .containsExactly("application/javascript; charset=utf-8");
            if (!name.equals("sample-url")) {
                assertThat(answer.body()).startsWith("System.register(");
            }
        }
        assertThat(Json.parse(public200("/dist/sample-url/style.css").body())
                        .path("target")
                        .asText())
                .isEqualTo("/assets/style.css");
        assertThat(public200("/dist/sample-url/logo.svg").headers().firstValue("Content-Type"))
                .contains("image/svg+xml");
    }

    @Test
    void paths_are_changed_by_directives() {
        assertThat(target("/proxy/strip-prefix/a/b")).isEqualTo("/a/b");
        assertThat(target("/proxy/strip-suffix/a.html")).isEqualTo("/proxy/strip-suffix/a");
        assertThat(target("/proxy/rewrite/foo?x=1")).isEqualTo("/index.php?x=1&p=%2Fproxy%2Frewrite%2Ffoo");
        assertThat(target("/proxy/replace/docs/go")).isEqualTo("/proxy/replace/v1/docs/go");
        assertThat(target("/proxy/path-regexp/a//b")).isEqualTo("/proxy/path-regexp/a/b");
        assertThat(target("/res/early/x")).isEqualTo("/api/res/early/x");
    }

    @Test
    void methods_and_header_fields_are_changed_by_directives() {
        seen("/proxy/method/x");
        var posted =
                platform.send(platform.authorized("/proxy/method/x").POST(HttpRequest.BodyPublishers.ofString("body")));
        assertThat(Json.parse(posted.body()).path("method").asText()).isEqualTo("GET");

        seen("/proxy/header-up/x");
        var up = Json.parse(platform.send(platform.authorized("/proxy/header-up/x")
                                .header("X-Internal-Secret", "1")
                                .header("X-Version", "v12"))
                        .body())
                .path("headers");
        assertThat(up.has("Authorization")).isFalse();
        assertThat(up.has("X-internal-secret")).isFalse();
        assertThat(up.path("X-webauth-user").asText()).isEqualTo("admin");
        assertThat(up.path("X-sample").asText()).isEqualTo("hello world");
        assertThat(up.path("X-version").asText()).isEqualTo("v9");

        var down = authorized200("/proxy/header-down/x");
        assertThat(down.headers().firstValue("X-Sample")).contains("hello");
        assertThat(down.headers().firstValue("X-Backend")).isEmpty();
    }

    @Test
    void backends_learn_who_asks() {
        var headers = seen("/proxy/auth-proxy/x").path("headers");
        assertThat(headers.path("X-remote-user").asText()).isEqualTo("admin");
        assertThat(headers.path("X-remote-group").asText()).isEqualTo("system:authenticated");
    }

    @Test
    void links_and_redirects_are_kept_under_control() {
        assertThat(authorized200("/proxy/wrap-transport/page").body())
                .isEqualTo("<a href=\"/proxy/wrap-transport/other\">other</a>");
        authorized200("/proxy/reject-redirects/x");
        assertThat(platform.send(platform.authorized("/proxy/reject-redirects/redirect"))
                        .statusCode())
                .isEqualTo(502);
    }

    private static String target(String path) {
        return seen(path).path("target").asText();
    }

    private static JsonNode seen(String path) {
        return Json.parse(authorized200(path).body());
    }

    private static HttpResponse<String> authorized200(String path) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> platform.send(platform.authorized(path)).statusCode() == 200);
        return platform.send(platform.authorized(path));
    }

    private static HttpResponse<String> public200(String path) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> platform.send(platform.request(path)).statusCode() == 200);
        return platform.send(platform.request(path));
    }
}
