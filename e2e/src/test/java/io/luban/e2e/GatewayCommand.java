package io.luban.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** {@code luban ks-apiserver} as a process, on a free port, and what it printed. */
final class GatewayCommand implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch allRead = new CountDownLatch(1);
    final int port;

    private GatewayCommand(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts in front of a platform's Kubernetes API and waits until it listens. */
    static GatewayCommand start(PlatformProcess platform, String... flags) throws IOException {
        return listening(platform, port -> with(flags, "--insecure-port=" + port));
    }

    /** The same with TLS. */
    static GatewayCommand startTls(PlatformProcess platform, Path certificate, Path key) throws IOException {
        return listening(platform, port ->
                new String[] {"--secure-port=" + port, "--tls-cert-file=" + certificate, "--tls-private-key=" + key});
    }

    private static String[] with(String[] flags, String more) {
        return Stream.concat(Stream.of(flags), Stream.of(more)).toArray(String[]::new);
    }

    private static GatewayCommand listening(PlatformProcess platform, IntFunction<String[]> flags) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            var command = new GatewayCommand(launch(platform, flags.apply(port)), port);
            if (command.listens()) {
                return command;
            }
            var said = String.join("\n", command.lines);
            // somebody else may have been given the port meanwhile
            if (attempt == ATTEMPTS || !said.contains("cannot listen on")) {
                throw new IllegalStateException("ks-apiserver ended: " + said);
            }
        }
    }

    /** Reads until it says so; false when it ends instead. */
    private boolean listens() throws IOException {
        var output = process.inputReader();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.contains("listens on ")) {
                keepReading(output);
                return true;
            }
        }
        return false;
    }

    /** Starts without waiting for anything. */
    static Process launch(PlatformProcess platform, String... flags) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                PlatformProcess.MAIN_JAR.toRealPath().toString(),
                "io.luban.standalone.Main",
                "ks-apiserver",
                "--kubeconfig=" + platform.kubeconfig()));
        if (List.of(flags).stream().noneMatch(flag -> flag.startsWith("--bind-address"))) {
            command.add("--bind-address=127.0.0.1");
        }
        command.addAll(List.of(flags));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What a start says that fails, with its exit code in front. */
    static String failure(PlatformProcess platform, String... flags) throws Exception {
        var process = launch(platform, flags);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + output;
    }

    private void keepReading(BufferedReader output) {
        Thread.ofVirtual().start(() -> {
            try (output) {
                output.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                // it was closed; nobody asks any more
                return;
            } finally {
                allRead.countDown();
            }
        });
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Everything it printed. */
    List<String> output() {
        return List.copyOf(lines);
    }

    /** Sends SIGTERM; by its handle, because the process object would also close what it still prints. */
    void signal() {
        process.toHandle().destroy();
    }

    /** Its exit code, once it has ended and everything that it has printed is read. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(90, TimeUnit.SECONDS) || !allRead.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("ks-apiserver did not end within 90 s");
        }
        return process.exitValue();
    }

    /** Code of the answer to a request, 0 when nobody listens. */
    int status(String path) throws InterruptedException {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request(path, headers).build(), BodyHandlers.ofString());
        }
    }

    HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
