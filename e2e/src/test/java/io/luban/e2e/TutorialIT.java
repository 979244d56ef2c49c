package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.luban.helm.Charts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The extension tutorial as it is published, from the chart that Helm creates to the bundle in the browser. */
class TutorialIT {
    private static final Path MAIN_JAR = Path.of("../standalone/target/luban/lib/standalone.jar");
    private static final String PLAN = """
            apiVersion: kubesphere.io/v1alpha1
            kind: InstallPlan
            metadata: {name: demo}
            spec:
              enabled: true
              extension: {name: demo, version: 0.1.0}
            """;

    @TempDir
    Path directory;

    @Test
    void a_chart_made_by_helm_becomes_an_extension_in_the_gateway() throws Exception {
        Kubectl.assumeInstalled();
        Charts.open(directory.resolve("cache/luban")).create("demo", directory);
        Files.move(directory.resolve("demo"), directory.resolve("helm-demo"));
        try (var platform = PlatformProcess.up(directory.resolve("data"))) {
            var kubectl = new Kubectl(platform.kubeconfig(), directory);

            assertThat(ksbuilder("createsimple", "--from", "helm-demo")).isEmpty();
            assertThat(ksbuilder("validate", "demo")).endsWith("\nno issues found\n");
            assertThat(ksbuilder(
                            "publish",
                            "demo",
                            "--kubeconfig",
                            platform.kubeconfig().toString()))
                    .isEqualTo("""
                            publish extension demo
                            apply resources to k8s cluster
                            creating Extension demo
                            creating ExtensionVersion demo-0.1.0
                            creating ConfigMap extension-demo-0.1.0-chart
                            """);
            kubectl.apply(PLAN);
            kubectl.run("wait", "installplan/demo", "--for=jsonpath={.status.state}=Installed", "--timeout=90s");

            assertThat(kubectl.run("get", "service,ingress", "-n", "extension-demo", "-o", "name"))
                    .contains("service/demo", "ingress.networking.k8s.io/demo");
            // switched on by the controller that follows the plan
            var bundle = await().atMost(Duration.ofSeconds(60))
                    .until(() -> fetch(platform, "/dist/demo/index.js"), answer -> answer.statusCode() == 200);
            assertThat(bundle.body())
                    .startsWith("System.register(['react', '@kubed/components']")
                    .contains(
                            "path: '/demo'",
                            "http://demo.127.0.0.1.nip.io:%d\""
                                    .formatted(platform.extensionHosts().getPort()));
            theSubdomainReachesTheService(platform, kubectl);

            assertThat(ksbuilder(
                            "unpublish",
                            "demo",
                            "--wait",
                            "--kubeconfig",
                            platform.kubeconfig().toString()))
                    .isEqualTo("""
                            unpublish extension demo
                            deleting InstallPlan demo
                            deleting ConfigMap extension-demo-0.1.0-chart
                            deleting ExtensionVersion demo-0.1.0
                            deleting Extension demo
                            """);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> fetch(platform, "/dist/demo/index.js").statusCode() == 404);
        }
    }

    /** Pods are simulated, so the extension is pointed at a server that runs, by its values as an administrator would. */
    private static void theSubdomainReachesTheService(PlatformProcess platform, Kubectl kubectl) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var seen = exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI();
            var body = seen.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            kubectl.apply("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: outside, namespace: extension-demo}
                    spec: {type: ExternalName, externalName: localhost}
                    """);
            kubectl.apply(PLAN + """
                      config: |
                        base:
                          extSvcName: outside
                          extSvcPort: %d
                    """.formatted(server.getAddress().getPort()).indent(0));
            var port = platform.extensionHosts().getPort();
            await().atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(onHost("demo.127.0.0.1.nip.io", port, "/page?x=1"))
                            .startsWith("HTTP/1.1 200 ")
                            .endsWith("demo.127.0.0.1.nip.io:%d/page?x=1".formatted(port)));
            kubectl.run(
                    "wait",
                    "ingress/outside",
                    "-n",
                    "extension-demo",
                    "--for=jsonpath={.status.loadBalancer.ingress[0].ip}=127.0.0.1",
                    "--timeout=60s");
            assertThat(onHost("other.127.0.0.1.nip.io", port, "/")).startsWith("HTTP/1.1 404 ");
        } finally {
            server.stop(0);
        }
    }

    /** As a browser asks that has resolved the name to the loopback address. */
    private static String onHost(String host, int port, String target) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
                            .formatted(target, host, port)
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Runs the command as the launcher does and answers what it printed. */
    private String ksbuilder(String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                MAIN_JAR.toRealPath().toString(),
                                "io.luban.standalone.Main",
                                "ksbuilder"),
                        Stream.of(arguments))
                .toList();
        var output = directory.resolve("output");
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("ended: %s", List.of(arguments))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }

    private static HttpResponse<String> fetch(PlatformProcess platform, String path)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(platform.gateway().resolve(path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
