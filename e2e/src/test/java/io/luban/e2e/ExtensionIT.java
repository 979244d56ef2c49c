package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.ksbuilder.KsBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An extension on its whole way as a user goes it: publish, install by kubectl, see it in the gateway, remove it. */
class ExtensionIT {
    private static final String METADATA = """
            apiVersion: kubesphere.io/v1alpha1
            name: greeting
            version: 1.0.0
            displayName: {en: Greeting}
            description: {en: Greets}
            category: dev-tools
            provider: {en: {name: Somebody}}
            icon: data:image/svg+xml;base64,PHN2Zy8+
            dependencies: [{name: web, tags: [extension]}]
            """;
    private static final String PERMISSIONS = """
            kind: ClusterRole
            rules: [{apiGroups: [extensions.kubesphere.io], resources: [jsbundles], verbs: ['*']}]
            """;
    private static final String TEMPLATE = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: greeting}
            data: {index.js: "System.register([], function () {});"}
            ---
            apiVersion: extensions.kubesphere.io/v1alpha1
            kind: JSBundle
            metadata: {name: greeting}
            spec:
              rawFrom:
                configMapKeyRef: {namespace: "{{ .Release.Namespace }}", name: greeting, key: index.js}
            """;
    private static final String PLAN = """
            apiVersion: kubesphere.io/v1alpha1
            kind: InstallPlan
            metadata: {name: greeting}
            spec:
              enabled: true
              extension: {name: greeting, version: 1.0.0}
            """;

    @TempDir
    Path directory;

    @Test
    void a_published_extension_is_installed_served_and_removed() throws Exception {
        Kubectl.assumeInstalled();
        try (var platform = PlatformProcess.up(directory.resolve("data"))) {
            var kubectl = new Kubectl(platform.kubeconfig(), directory);

            assertThat(publish(platform.kubeconfig())).isEqualTo("""
                            publish extension greeting
                            apply resources to k8s cluster
                            creating Extension greeting
                            creating ExtensionVersion greeting-1.0.0
                            creating ConfigMap extension-greeting-1.0.0-chart
                            """);
            kubectl.apply(PLAN);
            kubectl.run("wait", "installplan/greeting", "--for=jsonpath={.status.state}=Installed", "--timeout=90s");
            kubectl.run("wait", "jsbundle/greeting", "--for=jsonpath={.status.state}=Available", "--timeout=60s");

            expectTheConsolesAccountToOpenWhatItIsBoundTo(platform, kubectl);
            var bundle = fetch(platform.gateway(), "/dist/greeting/index.js");
            assertThat(bundle.statusCode()).isEqualTo(200);
            assertThat(bundle.headers().firstValue("Content-Type")).contains("application/javascript; charset=utf-8");
            assertThat(bundle.body()).isEqualTo("System.register([], function () {});");

            var script = fetch(platform.console(), "/pstatic/dist/greeting/index.js?resourceVersion=1");
            assertThat(script.body()).isEqualTo(bundle.body());
            assertThat(script.headers().firstValue("Cache-Control")).contains("max-age=31536000, immutable");
            assertThat(fetch(platform.console(), "/").body()).contains("ks-apiserver v");

            kubectl.run("delete", "installplan", "greeting", "--timeout=90s");
            kubectl.run("wait", "--for=delete", "namespace/extension-greeting", "--timeout=60s");
            assertThat(kubectl.run("get", "jsbundles.extensions.kubesphere.io", "-o", "name"))
                    .doesNotContain("greeting");
            assertThat(fetch(platform.gateway(), "/dist/greeting/index.js").statusCode())
                    .isEqualTo(404);
        }
    }

    private static void expectTheConsolesAccountToOpenWhatItIsBoundTo(PlatformProcess platform, Kubectl kubectl)
            throws IOException, InterruptedException {
        var account = "serviceaccounts.kubesphere.io/ks-console";
        kubectl.run("wait", account, "-n", "kubesphere-system", "--for=jsonpath={.secrets[0].name}", "--timeout=60s");
        var secret = kubectl.run("get", account, "-n", "kubesphere-system", "-o", "jsonpath={.secrets[0].name}");
        kubectl.run(
                "wait", "secret/" + secret, "-n", "kubesphere-system", "--for=jsonpath={.data.token}", "--timeout=60s");
        var token = kubectl.run(
                "get",
                "secret/" + secret,
                "-n",
                "kubesphere-system",
                "-o",
                "go-template={{.data.token | base64decode}}");
        var bundles = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles";
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                fetch(platform.gateway(), bundles, token).statusCode())
                        .isEqualTo(200));
        assertThat(fetch(platform.gateway(), "/api/v1/secrets", token).statusCode())
                .isEqualTo(403);
    }

    private String publish(Path kubeconfig) throws IOException {
        put("extension.yaml", METADATA);
        put("permissions.yaml", PERMISSIONS);
        put("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.0.1\n");
        put("charts/web/templates/all.yaml", TEMPLATE);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = new KsBuilder(directory, Map.of("KUBECONFIG", kubeconfig.toString()), Clock.systemUTC())
                .run(
                        new String[] {"publish", "greeting"},
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private void put(String path, String text) throws IOException {
        var file = directory.resolve("greeting").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static HttpResponse<String> fetch(URI server, String path) throws IOException, InterruptedException {
        return fetch(HttpRequest.newBuilder(server.resolve(path)));
    }

    private static HttpResponse<String> fetch(URI server, String path, String token)
            throws IOException, InterruptedException {
        return fetch(HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + token));
    }

    private static HttpResponse<String> fetch(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
