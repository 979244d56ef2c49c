package io.luban.apiserver.authentication.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A Redis of the machine on a free port, keeping what it is told in a folder. */
final class RedisServer implements AutoCloseable {
    /** Stands for {@link #tlsPort} among the options. */
    static final String TLS_PORT = "TLS-PORT";

    private static final String TAKEN = "Could not create server TCP listening socket";
    private static final int PATIENCE_MILLIS = 30_000;
    private final Path folder;
    private final List<String> options;
    int port;
    int tlsPort;
    private Process process;

    private RedisServer(Path folder, List<String> options) {
        this.folder = folder;
        this.options = options;
        process = launched(() -> {
            port = freePort();
            tlsPort = freePort();
        });
    }

    /** Tries again when somebody else has taken a port since it was found to be free. */
    private Process launched(Runnable before) {
        return await().pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(e -> String.valueOf(e.getMessage()).contains(TAKEN))
                .until(
                        () -> {
                            before.run();
                            return launch();
                        },
                        Process::isAlive);
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

    static RedisServer start(Path folder, String... options) throws IOException {
        return new RedisServer(Files.createDirectories(folder), List.of(options));
    }

    private Process launch() throws IOException {
        var command = new ArrayList<>(List.of(
                program().orElseThrow().toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                folder.toString(),
                "--appendonly",
                "yes",
                "--save",
                ""));
        options.forEach(option -> command.add(option.equals(TLS_PORT) ? Integer.toString(tlsPort) : option));
        var started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        await().until(() -> {
            if (!started.isAlive()) {
                throw new IllegalStateException(Files.readString(folder.resolve("log")));
            }
            return answers();
        });
        return started;
    }

    private boolean answers() {
        try {
            var answer = ask("PING");
            return answer.equals("+PONG") || answer.startsWith("-NOAUTH");
        } catch (IOException e) {
            return false;
        }
    }

    /** The first line of the answer to a command, as it is sent. */
    String ask(String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            return String.valueOf(lines.readLine());
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() {
        process = launched(() -> {});
    }

    /** Sends a signal of that name. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
