package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The platform under test: {@code ./luban up} on a folder of its own, which goes when it is closed. */
final class Platform implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("https?://127\\.0\\.0\\.1:\\d+");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String PASSWORD = "Benchmark-1-password";

    private final Path repository;
    private final Path folder;
    private final ChildProcess process;
    private final double secondsToReady;
    private final URI gateway;
    private final URI kubernetes;
    private final Api api;
    private final Jcmd jcmd;

    private Platform(Path repository, Path folder, ChildProcess process, double secondsToReady) {
        this.repository = repository;
        this.folder = folder;
        this.process = process;
        this.secondsToReady = secondsToReady;
        this.gateway = URI.create(url("ks-apiserver"));
        this.kubernetes = URI.create(url("Kubernetes API"));
        this.api = Api.logIn(gateway, "admin", PASSWORD);
        this.jcmd = new Jcmd(process.pid());
    }

    static Platform start(Path repository) {
        try {
            return start(repository, Files.createTempDirectory("luban-benchmark"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Platform start(Path repository, Path folder) {
        long begin = System.nanoTime();
        var process = ChildProcess.start(List.of(
                repository.resolve("luban").toString(),
                "up",
                "--data",
                folder.toString(),
                "--admin-password",
                PASSWORD,
                "--port-apiserver",
                "0",
                "--port-kube",
                "0"));
        try {
            process.awaitLine(line -> line.startsWith("Luban is ready"));
            return new Platform(repository, folder, process, (System.nanoTime() - begin) / 1e9);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** A second platform of the same build, on a folder of its own. */
    Platform startAnother() {
        return start(repository);
    }

    /** Stops this one and starts another on its folder. */
    Platform restart() {
        process.close();
        return start(repository, folder);
    }

    /** Returns when the process used less than a twentieth of a core for two seconds: its controllers have caught up. */
    void awaitIdle() {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        var used = process.cpuTime();
        while (System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            var now = process.cpuTime();
            if (now.minus(used).compareTo(Duration.ofMillis(100)) < 0) {
                return;
            }
            used = now;
        }
        throw new IllegalStateException("the platform is still busy after " + PATIENCE);
    }

    /** Leaves the platform alone for a while. */
    void rest(int seconds) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    }

    double secondsToReady() {
        return secondsToReady;
    }

    long residentMebibytes() {
        return process.residentMebibytes();
    }

    int threads() {
        return process.threads();
    }

    Duration cpuTime() {
        return process.cpuTime();
    }

    /** What the virtual machine tells of itself. */
    Jcmd jcmd() {
        return jcmd;
    }

    URI gateway() {
        return gateway;
    }

    URI kubernetes() {
        return kubernetes;
    }

    /** Calls as the administrator through the gateway. */
    Api api() {
        return api;
    }

    private String url(String label) {
        return process.lines().stream()
                .map(String::strip)
                .filter(line -> line.startsWith(label))
                .map(URL::matcher)
                .filter(Matcher::find)
                .map(Matcher::group)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the platform printed no address of " + label));
    }

    @Override
    public void close() {
        process.close();
        if (Files.exists(folder)) {
            deleteFolder();
        }
    }

    private void deleteFolder() {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
