package io.luban.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the platform, a backend and the load, and prints the table. */
@Command(
        name = "benchmarks/run",
        description = "Measure the platform on this machine and print a table.",
        mixinStandardHelpOptions = true)
final class Main implements Callable<Integer> {
    @Option(names = "--seconds", description = "length of each measurement, default ${DEFAULT-VALUE}")
    private int seconds = 8;

    @Option(names = "--connections", description = "parallel connections, default ${DEFAULT-VALUE}")
    private int connections = 64;

    @Option(names = "--objects", description = "ConfigMaps of 1 KiB in the listed namespace, default ${DEFAULT-VALUE}")
    private int objects = 12_000;

    @Option(names = "--users", description = "users of the crowded platform, default ${DEFAULT-VALUE}; 0 leaves it out")
    private int users = 10_000;

    @Option(names = "--bindings", description = "bindings of the crowded platform, default ${DEFAULT-VALUE}")
    private int bindings = 50_000;

    @Option(names = "--extensions", description = "APIServices of the crowded platform, default ${DEFAULT-VALUE}")
    private int extensions = 200;

    private Main() {}

    /** Runs the measurements. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        Load load = WrkLoad.isInstalled() ? new WrkLoad() : new SocketLoad();
        var repository = Path.of(System.getProperty("luban.repository", "."));
        var profile = new Profile(Duration.ofSeconds(seconds), connections);
        var table = new Table();
        try (var platform = Platform.start(repository)) {
            table.row("first start until ready", "%.2f s".formatted(platform.secondsToReady()), "< 3 s");
            table.row("resident memory, idle, all parts", platform.idleMebibytes() + " MiB", "< 350 MB");
            new ForwardingBenchmark(platform, load, profile, table).run(users, bindings, extensions);
            new EmbeddedKubeBenchmark(platform, load, profile, table).run(objects);
            table.row("resident memory after all of this", platform.residentMebibytes() + " MiB", "");
        }
        System.out.print(table.markdown("load by " + load.name()));
        return 0;
    }
}
