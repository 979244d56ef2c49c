package io.luban.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** {@code luban up} as a process, on free ports. */
final class PlatformProcess implements AutoCloseable {
    static final Path MAIN_JAR = Path.of("../standalone/target/luban/lib/standalone.jar");
    private static final Pattern URL = Pattern.compile("https?://127\\.0\\.0\\.1:\\d+");

    private final Process process;
    private final List<String> lines;

    private PlatformProcess(Process process, List<String> lines) {
        this.process = process;
        this.lines = lines;
    }

    /** Starts on a data folder and waits until it says that it is ready. */
    static PlatformProcess up(Path data, String... options) throws IOException {
        var process = launch(data, options);
        var lines = new ArrayList<String>();
        var output = process.inputReader();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith("Luban is ready")) {
                drain(output);
                return new PlatformProcess(process, lines);
            }
        }
        throw new IllegalStateException("luban up ended: " + String.join("\n", lines));
    }

    /** Starts without waiting for anything; for starts that are expected to fail. */
    static Process launch(Path data, String... options) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                MAIN_JAR.toRealPath().toString(),
                "io.luban.standalone.Main",
                "up",
                "--data",
                data.toString(),
                "--port-kube",
                "0"));
        if (!List.of(options).contains("--port-apiserver")) {
            command.addAll(List.of("--port-apiserver", "0"));
        }
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    URI gateway() {
        return url("ks-apiserver");
    }

    URI console() {
        return url("ks-console");
    }

    /** Where Ingresses are served by host name. */
    URI extensionHosts() {
        return url("Extension hosts");
    }

    URI kubernetes() {
        return url("Kubernetes API");
    }

    String password() {
        return value("password");
    }

    Path kubeconfig() {
        return Path.of(value("kubeconfig"));
    }

    /** Ends it at once, as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop and answers its exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("luban up did not stop within 40 s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private URI url(String label) {
        // The steps of the start are printed under the same names, with times instead of addresses.
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(label))
                .map(URL::matcher)
                .filter(matcher -> matcher.find())
                .map(matcher -> URI.create(matcher.group()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no address printed for " + label));
    }

    private String value(String label) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no line for " + label + " in " + lines));
    }

    private static void drain(BufferedReader output) {
        Thread.ofVirtual().start(() -> {
            try (output) {
                output.transferTo(java.io.Writer.nullWriter());
            } catch (IOException e) {
                // the process has ended; nothing is left to read
            }
        });
    }
}
