package io.luban.helm;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.helm.worker.Main;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** One child process with one operation. Used by one thread, except for {@link #kill}. */
final class Worker {
    /** Beyond the operation's own timeout: starting the child, and work between the waits. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_MESSAGE = 4096;

    private final WorkerCommand command;
    private final Path directory;
    private final OperationLog output;
    private final AtomicReference<Optional<Process>> child = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<OperationResult>> result = new AtomicReference<>(Optional.empty());

    Worker(WorkerCommand command, Path directory, OperationLog output) {
        this.command = command;
        this.directory = directory;
        this.output = output;
    }

    OperationResult run(ReleaseOperation operation) throws InterruptedException {
        try (var files = OperationFiles.create(directory, command.engineVersion())) {
            return run(files, files.request(operation), operation.target().timeout());
        } catch (IOException e) {
            return notStarted(e);
        } catch (UncheckedIOException e) {
            return notStarted(e);
        }
    }

    /** Carries out a request whose files exist; the caller removes them. */
    OperationResult run(OperationFiles files, Properties request, Duration timeout) throws InterruptedException {
        try {
            var process = start(files);
            try {
                return await(process, request, timeout);
            } finally {
                process.destroyForcibly();
                process.waitFor(DRAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            return notStarted(e);
        }
    }

    private static OperationResult notStarted(Exception cause) {
        return new OperationResult.Failed("the Helm worker cannot be started: " + cause.getMessage());
    }

    /** Ends the operation at once, from any thread. */
    void kill() {
        child.get().ifPresent(Process::destroyForcibly);
    }

    private Process start(OperationFiles files) throws IOException {
        var builder = new ProcessBuilder(command.arguments(files.home()));
        builder.directory(files.home().toFile());
        // Nothing of the platform's own environment may steer the engine, above all not KUBECONFIG and HELM_*.
        var environment = builder.environment();
        environment.clear();
        environment.put("HOME", files.home().toString());
        environment.put("TMPDIR", files.home().toString());
        environment.put("HELM_CACHE_HOME", files.home().resolve("cache").toString());
        environment.put("HELM_CONFIG_HOME", files.home().resolve("config").toString());
        environment.put("HELM_DATA_HOME", files.home().resolve("data").toString());
        var process = builder.start();
        child.set(Optional.of(process));
        return process;
    }

    private OperationResult await(Process process, Properties request, Duration timeout)
            throws IOException, InterruptedException {
        var name = request.getProperty("action") + " " + request.getProperty("release", "");
        var events = Thread.ofVirtual().name("helm events " + name).start(() -> readEvents(process.getInputStream()));
        var errors = Thread.ofVirtual().name("helm errors " + name).start(() -> readErrors(process.getErrorStream()));
        // Left open until the end: the child takes its closing as the death of its parent.
        try (var input = process.getOutputStream()) {
            send(input, request);
            var limit = timeout.plus(GRACE);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new OperationResult.Failed(
                        "timed out: the operation was ended after " + limit.toSeconds() + " s");
            }
        } catch (IOException e) {
            output.line("request could not be sent: " + e.getMessage());
        }
        events.join(DRAIN);
        errors.join(DRAIN);
        return result.get()
                .orElseGet(() -> new OperationResult.Failed(
                        "the Helm worker ended with code " + process.exitValue() + " before it had a result"));
    }

    private static void send(OutputStream input, Properties request) throws IOException {
        var text = new StringWriter();
        request.store(text, null);
        input.write((text + Main.END_OF_REQUEST + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private void readEvents(InputStream stream) {
        readLines(stream, line -> {
            try {
                take(Json.parse(line), line);
            } catch (ParseException e) {
                output.line(line);
            }
        });
    }

    private void take(JsonNode event, String line) {
        var message = event.path("message").asText("");
        switch (event.path("event").asText("")) {
            case "log" -> message.lines().forEach(output::line);
            case "succeeded" ->
                result.set(Optional.of(new OperationResult.Succeeded(
                        message, event.path("revision").asInt(0))));
            case "failed" -> result.set(Optional.of(new OperationResult.Failed(shortened(message))));
            default -> output.line(line);
        }
    }

    private void readErrors(InputStream stream) {
        readLines(stream, output);
    }

    private void readLines(InputStream stream, OperationLog lines) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            var line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n') {
                    lines.line(line.toString());
                    line.setLength(0);
                } else if (line.length() < MAX_LINE) {
                    line.append((char) c);
                }
            }
            if (!line.isEmpty()) {
                lines.line(line.toString());
            }
        } catch (IOException e) {
            output.line("output of the worker ended early: " + e.getMessage());
        }
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    }
}
