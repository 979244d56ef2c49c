package io.luban.ksbuilder.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the user's that rendered objects are sent through. */
record PostRenderer(Session session, String program, List<String> arguments) {
    private static final long LIMIT_SECONDS = 120;

    PostRenderer {
        arguments = List.copyOf(arguments);
    }

    String process(String manifest) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        var file = session.resolve(program);
        command.add(Files.isExecutable(file) ? file.toString() : program);
        command.addAll(arguments);
        var output = Files.createTempFile("ksbuilder-", ".yaml");
        var input = Files.createTempFile("ksbuilder-", ".yaml");
        try {
            Files.writeString(input, manifest);
            var process = new ProcessBuilder(command)
                    .directory(session.workingDirectory().toFile())
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                requireSuccess(process);
            } finally {
                process.destroyForcibly();
            }
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (UncheckedIOException | IOException e) {
            throw new CommandException("post-renderer %s: %s".formatted(program, e.getMessage()));
        } finally {
            Files.deleteIfExists(input);
            Files.deleteIfExists(output);
        }
    }

    private void requireSuccess(Process process) throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new CommandException("post-renderer %s did not end within %d s".formatted(program, LIMIT_SECONDS));
        }
        if (process.exitValue() != 0) {
            throw new CommandException("post-renderer %s ended with %d".formatted(program, process.exitValue()));
        }
    }
}
