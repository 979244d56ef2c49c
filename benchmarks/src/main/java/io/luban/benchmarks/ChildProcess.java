package io.luban.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A process that is measured or measured against; killed on close, and when this process is ended. */
final class ChildProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 180;

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    }

    static ChildProcess start(List<String> command) {
        return start(command, Map.of());
    }

    /** The same with variables added to the environment. */
    static ChildProcess start(List<String> command, Map<String, String> environment) {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until a line matches; throws with all that was printed when the process ends or is silent for a minute. */
    String awaitLine(Predicate<String> wanted) {
        try {
            return CompletableFuture.supplyAsync(() -> readUntil(wanted), Thread::startVirtualThread)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("expected line not printed: " + String.join("\n", lines), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String readUntil(Predicate<String> wanted) {
        try {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (wanted.test(line)) {
                    return line;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("process ended");
    }

    /** What was read so far. */
    List<String> lines() {
        return lines;
    }

    /** Processor time used so far; zero where the system does not tell. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    long pid() {
        return process.pid();
    }

    /** Resident memory in MiB, of the process itself; -1 where the system does not tell. */
    long residentMebibytes() {
        long kibibytes = status("VmRSS:");
        return kibibytes < 0 ? -1 : kibibytes / 1024;
    }

    /** Threads of the operating system; -1 where it does not tell. */
    int threads() {
        return (int) status("Threads:");
    }

    private long status(String field) {
        try (var entries = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return entries.filter(line -> line.startsWith(field))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
