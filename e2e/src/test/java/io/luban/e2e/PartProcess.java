package io.luban.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A part of the platform, or another command of {@code luban}, as a process; what it prints is kept. */
final class PartProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private PartProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    static PartProcess start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                        .toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                PlatformProcess.MAIN_JAR.toRealPath().toString(),
                "io.luban.standalone.Main"));
        command.addAll(List.of(arguments));
        return new PartProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** What the first group of the expression finds in a line, as soon as there is such a line. */
    String await(String expression) throws InterruptedException {
        var pattern = Pattern.compile(expression);
        for (int i = 0; i < PATIENCE_SECONDS * 20; i++) {
            for (var line : lines) {
                var match = pattern.matcher(line);
                if (match.find()) {
                    return match.groupCount() == 0 ? match.group() : match.group(1);
                }
            }
            if (ended.await(50, TimeUnit.MILLISECONDS) && lines.stream().noneMatch(pattern.asPredicate())) {
                break;
            }
        }
        throw new IllegalStateException("no line with " + expression + " in\n" + output());
    }

    String output() {
        return String.join("\n", lines);
    }

    /** Ends it at once, as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits until it has ended by itself; its exit code. */
    int ended() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || !ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the process did not end:\n" + output());
        }
        return process.exitValue();
    }

    /** Asks it to stop; its exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return ended();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void read() {
        try (var output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            lines.add(e.toString());
        } finally {
            ended.countDown();
        }
    }
}
