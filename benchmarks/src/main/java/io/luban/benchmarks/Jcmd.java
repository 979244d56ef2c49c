package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Asks a running Java process about itself. */
final class Jcmd {
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private static final Pattern ALLOCATED = Pattern.compile("allocated=([0-9.]+)([BKMG])");

    private final long pid;

    Jcmd(long pid) {
        this.pid = pid;
    }

    /** Kibibytes of objects that are alive: what is used right after a full collection. */
    long liveKibibytes() {
        run("GC.run");
        var matcher = USED.matcher(run("GC.heap_info"));
        if (!matcher.find()) {
            throw new IllegalStateException("jcmd printed no used heap");
        }
        return Long.parseLong(matcher.group(1));
    }

    /** What all threads that live now have allocated so far. */
    double allocatedBytes() {
        return ALLOCATED
                .matcher(run("Thread.print", "-e"))
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)) * unit(found.group(2)))
                .sum();
    }

    private static double unit(String letter) {
        return switch (letter) {
            case "K" -> 1024;
            case "M" -> 1024 * 1024;
            case "G" -> 1024 * 1024 * 1024;
            default -> 1;
        };
    }

    /** Runs one diagnostic command to its end and answers what it printed. */
    String run(String... command) {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(pid));
        line.addAll(List.of(command));
        try {
            var process = new ProcessBuilder(line).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
