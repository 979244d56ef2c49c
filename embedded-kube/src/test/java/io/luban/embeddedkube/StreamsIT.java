package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.embeddedkube.stream.EchoRuntime;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs, commands, ports and proxies by kubectl and HTTP, with a runtime attached and without. */
class StreamsIT {
    private static final int MEGABYTES = 5;
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
             "spec": {"containers": [{"name": "main", "image": "i"}]}}""";

    @TempDir
    Path directory;

    private TestCluster cluster;
    private HttpServer backend;

    @BeforeEach
    void start() throws IOException {
        cluster = TestCluster.start(directory.resolve("data"));
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            var text = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (exchange.getRequestURI().getPath().equals("/moved")) {
                exchange.getResponseHeaders().add("Location", "/here");
                exchange.sendResponseHeaders(302, -1);
            } else {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
            }
            exchange.close();
        });
        backend.start();
        cluster.send(cluster.request("/api/v1/namespaces/default/pods")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(POD)));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("/api/v1/namespaces/default/pods/p").contains("\"Running\""));
    }

    @AfterEach
    void stop() {
        cluster.close();
        backend.stop(0);
    }

    private String get(String path) {
        return cluster.send(cluster.request(path)).body();
    }

    @Test
    void a_simulated_pod_says_that_it_is_one() {
        assertThat(get("/api/v1/namespaces/default/pods/p/log")).isEqualTo("simulated pod: no container is running\n");
        assertThat(get("/api/v1/namespaces/default/pods/p/log?container=zz"))
                .contains("container zz is not valid for pod p");
        assertThat(get("/api/v1/namespaces/default/pods/p/exec?command=ls&stdout=true"))
                .contains("simulated pod: no container is running");
        if (kubectl().isPresent()) {
            assertThat(output("logs", "-f", "p")).isEqualTo("simulated pod: no container is running\n");
            assertThat(output("exec", "p", "--", "ls")).contains("simulated pod: no container is running");
        }
    }

    @Test
    void commands_run_byte_by_byte_in_an_attached_runtime() throws Exception {
        Assumptions.assumeTrue(kubectl().isPresent(), "kubectl is not on PATH");
        try (var attached = cluster.server().streamBackends().attach(new EchoRuntime())) {
            assertThat(attached).isNotNull();
            assertThat(output("exec", "p", "--", "echo", "hello")).isEqualTo("hello\n");
            assertThat(exitCode(Optional.empty(), "exec", "p", "--", "sh", "-c", "exit 3"))
                    .isEqualTo(3);
            assertThat(output("logs", "-f", "p")).isEqualTo("line 1 of main\nline 2 of main\nline 3 of main\n");
            assertThat(output("logs", "--limit-bytes=6", "p")).isEqualTo("line 1");

            var random = new byte[MEGABYTES * 1024 * 1024];
            new Random(7).nextBytes(random);
            var file = Files.write(directory.resolve("random"), random);
            assertThat(exitCode(Optional.of(file), "exec", "-i", "p", "--", "cat"))
                    .isZero();
            assertThat(Files.readAllBytes(directory.resolve("output"))).isEqualTo(random);
            assertThat(exitCode(Optional.of(file), "attach", "-i", "-q", "p")).isZero();
            assertThat(Files.readAllBytes(directory.resolve("output"))).isEqualTo(random);

            var copy = directory.resolve("copy");
            assertThat(exitCode(Optional.empty(), "cp", "random", "p:" + copy)).isZero();
            assertThat(Files.readAllBytes(copy)).isEqualTo(random);
            assertThat(exitCode(Optional.empty(), "cp", "p:" + copy, "back")).isZero();
            assertThat(Files.readAllBytes(directory.resolve("back"))).isEqualTo(random);
        }
    }

    @Test
    void ports_are_forwarded_to_an_attached_runtime() throws Exception {
        Assumptions.assumeTrue(kubectl().isPresent(), "kubectl is not on PATH");
        var log = directory.resolve("forward");
        try (var attached = cluster.server().streamBackends().attach(new EchoRuntime());
                var http = HttpClient.newHttpClient()) {
            assertThat(attached).isNotNull();
            var process = command(
                            "port-forward", "p", ":" + backend.getAddress().getPort())
                    .redirectOutput(log.toFile())
                    .start();
            try {
                var local = Pattern.compile("127\\.0\\.0\\.1:(\\d+) ->");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> local.matcher(read(log)).find());
                var found = local.matcher(read(log));
                assertThat(found.find()).isTrue();
                for (int i = 0; i < 3; i++) {
                    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + found.group(1) + "/n" + i))
                            .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
                            .build();
                    assertThat(http.send(request, BodyHandlers.ofString()).body())
                            .startsWith("POST /n" + i)
                            .hasSizeGreaterThan(100_000);
                }
            } finally {
                process.destroy();
                process.waitFor(5, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void services_are_reached_through_the_proxy() {
        var path = "/api/v1/namespaces/default/services/http:web:80/proxy";
        assertThat(get(path + "/x")).contains("services \\\"web\\\" not found").contains("404");
        cluster.server()
                .localServices()
                .register(
                        ServicePort.of("default", "web", 80),
                        URI.create("http://127.0.0.1:" + backend.getAddress().getPort()));

        assertThat(get(path + "/a%2Fb//../c?q=%20x")).startsWith("GET /a%2Fb//../c?q=%20x null");
        assertThat(cluster.send(cluster.request(path + "/p").PUT(HttpRequest.BodyPublishers.ofString("body")))
                        .body())
                .isEqualTo("PUT /p null body");
        var moved = cluster.send(cluster.request(path + "/moved"));
        assertThat(moved.statusCode()).isEqualTo(302);
        assertThat(moved.headers().firstValue("Location")).contains(path + "/here");
        assertThat(cluster.send(cluster.request(path + "?a=b")).headers().firstValue("Location"))
                .contains(path + "/?a=b");
        assertThat(cluster.send(cluster.stranger(), cluster.request(path + "/x"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(get("/api/v1/nodes/none/proxy/x")).contains("nodes \\\"none\\\" not found");
    }

    private String output(String... arguments) {
        exitCode(Optional.empty(), arguments);
        return read(directory.resolve("output"));
    }

    private int exitCode(Optional<Path> input, String... arguments) {
        try {
            var builder = command(arguments)
                    .redirectOutput(directory.resolve("output").toFile());
            input.ifPresent(file -> builder.redirectInput(file.toFile()));
            var process = builder.start();
            assertThat(process.waitFor(180, TimeUnit.SECONDS))
                    .as(String.join(" ", arguments))
                    .isTrue();
            return process.exitValue();
        } catch (IOException e) {
            throw new AssertionError("kubectl cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private ProcessBuilder command(String... arguments) {
        var command = new ArrayList<String>();
        command.add(kubectl().orElseThrow().toString());
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", cluster.server().kubeconfig().toString());
        builder.environment().put("HOME", directory.toString());
        return builder;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<Path> kubectl() {
        var path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
