package io.luban.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;

/** What figures were taken on: without it they mean nothing to others. */
final class Machine {
    private Machine() {}

    /** Date, processor, memory, system, Java, flags that were asked for, and how busy the machine already was. */
    static String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores (%s), %s, %s %s, Java %s%s, load average before %s",
                LocalDate.now(Clock.systemUTC()),
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                field("/proc/meminfo", "MemTotal"),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                flags(),
                loadAverage());
    }

    private static String flags() {
        var flags = System.getenv().getOrDefault("LUBAN_JAVA_OPTS", "");
        return flags.isEmpty() ? "" : " with " + flags;
    }

    private static String field(String file, String name) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String loadAverage() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", load);
    }
}
