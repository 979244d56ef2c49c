package io.luban.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Redis of the machine with a password, on a free port, keeping what it is told in a folder. */
final class RedisProcess implements AutoCloseable {
    private final List<String> command;
    final int port;
    private Process process;

    private RedisProcess(List<String> command, int port) throws IOException {
        this.command = command;
        this.port = port;
        process = launch();
    }

    /** Skips the test where the program is missing. */
    static void assumeInstalled() {
        assumeTrue(program().isPresent(), "redis-server is not installed: apt-get install redis-server");
    }

    private static Optional<Path> program() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static RedisProcess start(Path folder, String password) throws IOException {
        int port = GatewayCommand.freePort();
        return new RedisProcess(
                List.of(
                        program().orElseThrow().toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--dir",
                        Files.createDirectories(folder).toString(),
                        "--requirepass",
                        password,
                        "--appendonly",
                        "yes"),
                port);
    }

    private Process launch() throws IOException {
        var started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(20, TimeUnit.SECONDS).ignoreExceptions().until(this::isListening);
        return started;
    }

    private boolean isListening() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
