package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesIT {
    @TempDir
    Path directory;

    private final List<String> log = new CopyOnWriteArrayList<>();

    @Test
    void a_server_that_is_down_fails_the_operation_with_the_engines_words() throws Exception {
        try (var deaf = deafSocket();
                var releases = Releases.open(directory)) {
            var result = releases.run(uninstall(deaf.getLocalPort(), Duration.ofSeconds(20)), log::add);

            assertThat(result).isInstanceOf(OperationResult.Failed.class);
            assertThat(result.message()).contains("connect");
        }
        assertThat(ProcessHandle.current().descendants()).isEmpty();
        assertThat(operationFolders()).isEmpty();
    }

    @Test
    void an_unreadable_chart_fails_the_operation() throws Exception {
        var chart = new ChartInput(new byte[] {1, 2, 3}, "{}", "test", false);

        try (var deaf = deafSocket();
                var releases = Releases.open(directory)) {
            var result = releases.run(
                    new ReleaseOperation.Install(target(deaf.getLocalPort(), Duration.ofSeconds(20)), chart), log::add);

            assertThat(result).isInstanceOf(OperationResult.Failed.class);
            assertThat(result.message()).isNotBlank();
        }
    }

    @Test
    void interrupting_the_caller_kills_the_child_that_waits_for_a_silent_server() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var releases = Releases.open(directory)) {
            var operation = uninstall(silent.getLocalPort(), Duration.ofMinutes(5));
            var task = new FutureTask<>(() -> releases.run(operation, log::add));
            var thread = Thread.ofPlatform().start(task);
            try (var connection = silent.accept()) {
                assertThat(connection.isConnected()).isTrue();
                assertThat(releases.isRunning("ns", "demo")).isTrue();
                assertThatThrownBy(() -> releases.run(operation, log::add)).hasMessageContaining("ns/demo");

                thread.interrupt();

                assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ProcessHandle.current().descendants().findAny().isEmpty());
            assertThat(releases.isRunning("ns", "demo")).isFalse();
        }
        assertThat(operationFolders()).isEmpty();
    }

    private List<Path> operationFolders() throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("operation-"))
                    .toList();
        }
    }

    private static ReleaseOperation uninstall(int port, Duration timeout) {
        return new ReleaseOperation.Uninstall(target(port, timeout), true, false);
    }

    private static ReleaseTarget target(int port, Duration timeout) {
        var kubeconfig = """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {token: t}}]
                """.formatted(port);
        return new ReleaseTarget("ns", "demo", kubeconfig, timeout);
    }

    /** Has a port that nobody else can get and that takes no connections. */
    private static Socket deafSocket() throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }
}
