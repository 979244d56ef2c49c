package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A kubectl of this machine.
 *
 * @param program the executable file
 * @param kubeconfig of the server
 * @param directory where it runs, and its home
 */
record Kubectl(Path program, Path kubeconfig, Path directory) {
    private static final long LIMIT_SECONDS = 180;

    /** How a command ended. */
    record Outcome(int exitCode, String output) {}

    /** The one that a shell would start. */
    static Optional<Path> onPath() {
        return folders()
                .map(folder -> folder.resolve("kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Every one beside that, by its version: kubectl.1.27 and so on; or just that one. */
    static List<Path> allVersions() {
        var found = folders()
                .map(folder -> folder.resolve("kubectl"))
                .filter(Files::isExecutable)
                .map(Kubectl::resolved)
                .flatMap(program -> siblings(program.resolveSibling("").toFile()))
                .sorted()
                .distinct()
                .toList();
        return found.isEmpty() ? onPath().stream().toList() : found;
    }

    Outcome run(Map<String, String> environment, List<String> arguments) {
        var output = newOutput();
        var process = start(environment, arguments, output);
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as(() -> String.join(" ", arguments) + "\n" + read(output))
                    .isTrue();
            return new Outcome(process.exitValue(), read(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a command that writes to a file. */
    Process start(Map<String, String> environment, List<String> arguments, Path output) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError("kubectl cannot be started", e);
        }
    }

    Path newOutput() {
        try {
            return Files.createTempFile(directory, "output", "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String read(Path file) {
        try {
            // a command that is still writing may have come to the middle of a character
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<Path> folders() {
        var path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1)).map(Path::of);
    }

    private static Path resolved(Path link) {
        try {
            return link.toRealPath();
        } catch (IOException e) {
            return link;
        }
    }

    private static Stream<Path> siblings(File folder) {
        var names = folder.list((parent, name) -> name.matches("kubectl\\.1\\.[0-9]+"));
        return names == null ? Stream.empty() : Arrays.stream(names).map(folder.toPath()::resolve);
    }
}
