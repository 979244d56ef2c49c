package io.luban.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Redis of the machine with a password, on a free port, keeping what it is told in a folder. */
final class RedisProcess implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final List<String> command;
    private final String password;
    final int port;
    private Process process;

    private RedisProcess(List<String> command, int port, String password) throws IOException {
        this.command = command;
        this.port = port;
        this.password = password;
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
        for (int attempt = 1; ; attempt++) {
            try {
                return start(folder, password, GatewayCommand.freePort());
            } catch (IOException e) {
                // somebody else may have been given the port meanwhile
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static RedisProcess start(Path folder, String password, int port) throws IOException {
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
                port,
                password);
    }

    private Process launch() throws IOException {
        var started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(60, TimeUnit.SECONDS).ignoreExceptions().until(() -> !started.isAlive() || answers());
        if (!started.isAlive()) {
            throw new IOException("redis-server has ended, perhaps because port %d is taken".formatted(port));
        }
        return started;
    }

    /** Whether the password opens what listens there; anybody may. */
    private boolean answers() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("AUTH %s\r\n".formatted(password).getBytes(StandardCharsets.US_ASCII));
            var accepted = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
            return Arrays.equals(socket.getInputStream().readNBytes(accepted.length), accepted);
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
