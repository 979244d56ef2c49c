package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code luban up} from outside: what it prints, what it leaves, what a second one on the same folder hears. */
class StartAndStopIT {
    @TempDir
    private Path data;

    @Test
    void prints_where_it_is_and_stops_cleanly() throws Exception {
        try (var platform = PlatformProcess.up(data)) {
            assertThat(status(platform, "/readyz")).isEqualTo(200);
            assertThat(status(platform, "/version")).isEqualTo(200);
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(
                            () -> assertThat(metrics(platform))
                                    .contains("ks_server_requests_inflight")
                                    .contains("leader_election_master_status{name=\"ks-controller-manager\"} 1")
                                    .containsPattern(
                                            "controller_runtime_reconcile_total\\{controller=\"catalog\",result=\"success\"} [1-9]"));
            assertThat(platform.password()).hasSizeGreaterThan(12);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(platform.kubeconfig())))
                    .isEqualTo("rw-------");

            assertThat(platform.stop()).isIn(0, 143);
        }
        assertThat(data.resolve("run.json")).doesNotExist();
    }

    @Test
    void keeps_the_password_of_the_first_start_secret_afterwards() throws Exception {
        try (var first = PlatformProcess.up(data, "--admin-password", "Ch00sen-by-hand")) {
            assertThat(first.password()).isEqualTo("Ch00sen-by-hand");
            first.stop();
        }
        try (var second = PlatformProcess.up(data)) {
            assertThat(second.password()).contains("as set at the first start");
            assertThat(login(second, "Ch00sen-by-hand")).isEqualTo(200);
            assertThat(login(second, "wrong")).isEqualTo(400);
        }
    }

    @Test
    void a_second_one_on_the_same_folder_is_refused_and_the_first_goes_on() throws Exception {
        try (var first = PlatformProcess.up(data)) {
            var second = PlatformProcess.launch(data);
            var output = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(output).contains(data.toString()).contains("in use by process");
            assertThat(status(first, "/readyz")).isEqualTo(200);
        }
    }

    @Test
    void a_port_in_use_is_named_and_nothing_stays_behind() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var process = PlatformProcess.launch(
                    data,
                    "--port-apiserver",
                    Integer.toString(taken.getLocalPort()),
                    "--port-console=0",
                    "--port-ingress=0",
                    "--port-ingress-tls=0");
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(output).contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort());
            assertThat(data.resolve("run.json")).doesNotExist();
        }
    }

    @Test
    void a_file_in_place_of_the_data_folder_is_named() throws Exception {
        var file = Files.writeString(data.resolve("file"), "not a folder");
        var process = PlatformProcess.launch(file);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output).contains(file.toString()).contains("is not a folder");
    }

    private static String metrics(PlatformProcess platform) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(platform.gateway().resolve("/metrics"));
            return client.send(request.build(), BodyHandlers.ofString()).body();
        }
    }

    private static int status(PlatformProcess platform, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(platform.gateway().resolve(path)).build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    private static int login(PlatformProcess platform, String password) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var form = "grant_type=password&client_id=kubesphere&client_secret=kubesphere&username=admin&password="
                    + password;
            var request = HttpRequest.newBuilder(platform.gateway().resolve("/oauth/token"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }
}
