package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code luban ks-apiserver} in front of the Kubernetes API of another process. */
class KsApiserverIT {
    @TempDir
    private Path folder;

    @Test
    void serves_reloads_its_file_stops_in_order_and_says_why_it_cannot_start() throws Exception {
        try (var platform = PlatformProcess.up(folder.resolve("data"), "--admin-password", "Ch00sen-by-hand")) {
            var file = folder.resolve("kubesphere.yaml");
            Files.writeString(file, "gateway: {cors: {allowedOrigins: ['https://a.example.org']}}");
            int port = freePort();
            var gateway = launch(platform, "--config=" + file, "--insecure_port=" + port);
            try (var output = gateway.inputReader()) {
                var line = output.readLine();
                assertThat(line).contains("listens on http://127.0.0.1:" + port);

                assertThat(get(port, "/readyz", "").body()).isEqualTo("ok");
                assertThat(get(port, "/version", "").body()).contains("+luban");
                assertThat(allowed(port, "https://a.example.org")).isTrue();

                Files.writeString(file, "gateway: {cors: {allowedOrigins: ['https://b.example.org']}}");
                await().atMost(20, TimeUnit.SECONDS).until(() -> allowed(port, "https://b.example.org"));
                assertThat(allowed(port, "https://a.example.org")).isFalse();

                var second = launch(platform, "--insecure-port=" + port);
                var complaint = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(second.waitFor()).isEqualTo(1);
                assertThat(complaint).contains("cannot listen on 127.0.0.1 port " + port);

                gateway.destroy();
                assertThat(gateway.waitFor(40, TimeUnit.SECONDS)).isTrue();
                assertThat(gateway.exitValue()).isZero();
            } finally {
                gateway.destroyForcibly();
            }
        }
    }

    private static Process launch(PlatformProcess platform, String... flags) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                PlatformProcess.MAIN_JAR.toRealPath().toString(),
                "io.luban.standalone.Main",
                "ks-apiserver",
                "--bind-address=127.0.0.1",
                "--kubeconfig=" + platform.kubeconfig()));
        command.addAll(List.of(flags));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean allowed(int port, String origin) throws Exception {
        return get(port, "/version", origin)
                .headers()
                .firstValue("Access-Control-Allow-Origin")
                .isPresent();
    }

    private static HttpResponse<String> get(int port, String path, String origin) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            if (!origin.isEmpty()) {
                request.header("Origin", origin);
            }
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
