package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything people do with kubectl, by the oldest and the newest that this machine has, side by side; by every one of
 * them with {@code -Dluban.kubectl=all}.
 */
class KubectlVersionsIT {
    private static final Path FILES = Path.of("src/test/resources/io/luban/embeddedkube/kubectl");
    private static final Pattern LINE = Pattern.compile("(\\S+) /((?:[^/\\\\]|\\\\.)*)/ (.*)");
    private static final Pattern ARGUMENT = Pattern.compile("\"(-[^\"]*)\"|(\\S+)");

    @TempDir
    Path directory;

    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    /** What is asked, and what is expected: an exit code, or one of the words of the file. */
    private record Command(String expected, Pattern output, List<String> arguments) {
        static Command parse(String line, String namespace) {
            var parts = LINE.matcher(line);
            assertThat(parts.matches()).as(line).isTrue();
            var arguments = new ArrayList<>(List.of("-n", namespace));
            ARGUMENT.matcher(parts.group(3).replace("NS", namespace))
                    .results()
                    .map(Command::argument)
                    .forEach(arguments::add);
            return new Command(
                    parts.group(1), Pattern.compile(parts.group(2), Pattern.MULTILINE), List.copyOf(arguments));
        }

        private static String argument(MatchResult found) {
            return Objects.requireNonNullElse(found.group(1), found.group());
        }

        int exitCode() {
            return expected.equals("1") ? 1 : 0;
        }
    }

    @Test
    void kubectl_of_any_version_does_what_people_ask_of_it() throws Exception {
        var versions = versions();
        Assumptions.assumeFalse(
                versions.isEmpty(), "kubectl is not on PATH: install kubectl 1.27 or newer to run this test");
        try (var cluster = TestCluster.start(directory.resolve("data"))) {
            var threads = IntStream.range(0, versions.size())
                    .mapToObj(i -> Thread.ofVirtual()
                            .start(() -> drive(
                                    versions.get(i), "v" + i, cluster.server().kubeconfig())))
                    .toList();
            for (var thread : threads) {
                thread.join();
            }
        }

        assertThat(failures).as(() -> String.join("\n", failures)).isEmpty();
    }

    private static List<Path> versions() {
        var all = Kubectl.allVersions();
        return all.size() > 2 && !System.getProperty("luban.kubectl", "").equals("all")
                ? List.of(all.getFirst(), all.getLast())
                : all;
    }

    private void drive(Path program, String namespace, Path kubeconfig) {
        try {
            var folder = files(namespace);
            var kubectl = new Kubectl(program, kubeconfig, folder);
            for (var line : Files.readAllLines(FILES.resolve("commands.txt"))) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    run(kubectl, Command.parse(line, namespace));
                }
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(program + ": " + e);
        }
    }

    /** The files, with the namespace in the place of its sign, beside the output of the commands. */
    private Path files(String namespace) throws IOException {
        var folder = Files.createDirectories(directory.resolve(namespace));
        try (Stream<Path> files = Files.list(FILES)) {
            for (var file : files.toList()) {
                var copy = folder.resolve(file.getFileName().toString());
                Files.writeString(copy, Files.readString(file).replace("NS", namespace));
            }
        }
        assertThat(folder.resolve("editor.sh").toFile().setExecutable(true)).isTrue();
        return folder;
    }

    private void run(Kubectl kubectl, Command command) {
        if (command.expected.equals("&")) {
            runUntilOutput(kubectl, command);
            return;
        }
        var outcome = kubectl.run(Map.of("KUBE_EDITOR", editor(kubectl, command)), command.arguments);
        if (outcome.exitCode() != command.exitCode()
                || !command.output.matcher(outcome.output()).find()) {
            failures.add("%s %s\n  ended with %d, wanted %d and \"%s\":\n%s"
                    .formatted(
                            kubectl.program().getFileName(),
                            String.join(" ", command.arguments),
                            outcome.exitCode(),
                            command.exitCode(),
                            command.output,
                            outcome.output().indent(4)));
        }
    }

    private static String editor(Kubectl kubectl, Command command) {
        return command.expected.equals("EDIT")
                ? kubectl.directory().resolve("editor.sh").toString()
                : "true";
    }

    private static void runUntilOutput(Kubectl kubectl, Command command) {
        var output = kubectl.newOutput();
        var process = kubectl.start(Map.of(), command.arguments, output);
        try {
            await().alias(kubectl.program() + " " + command.arguments)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> command.output.matcher(Kubectl.read(output)).find());
        } finally {
            process.destroyForcibly();
        }
    }
}
