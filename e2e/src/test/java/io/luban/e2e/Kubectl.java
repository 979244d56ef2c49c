package io.luban.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The kubectl found on the path, with a kubeconfig and a home of its own. */
record Kubectl(Path kubeconfig, Path home) {
    /** What a command printed (both streams) and its exit code. */
    record Result(int exitCode, String output) {}

    /** Skips the test where kubectl is not installed. */
    static void assumeInstalled() {
        boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
        assumeTrue(installed, "kubectl is not on the PATH: install it to run this test");
    }

    /** Runs a command that must succeed and answers what it printed. */
    String run(String... arguments) throws IOException, InterruptedException {
        var result = attempt("", arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError("kubectl %s: exit %d%n%s"
                    .formatted(String.join(" ", arguments), result.exitCode(), result.output()));
        }
        return result.output();
    }

    /** Applies a manifest from standard input. */
    String apply(String manifest) throws IOException, InterruptedException {
        var result = attempt(manifest, "apply", "-f", "-");
        if (result.exitCode() != 0) {
            throw new AssertionError("kubectl apply: " + result.output());
        }
        return result.output();
    }

    /** Runs a command whatever comes of it. */
    Result attempt(String input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("KUBECONFIG", kubeconfig.toString(), "HOME", home.toString()));
        var process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("kubectl did not end: " + output);
        }
        return new Result(process.exitValue(), output);
    }
}
