package io.luban.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the groups of measurements one after the other and prints the table. */
@Command(
        name = "benchmarks/run",
        description = "Measure the platform on this machine and print a table.",
        mixinStandardHelpOptions = true)
final class Main implements Callable<Integer> {
    private static final String PROFILE = "profile";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "GROUP",
            description = "these groups of start, forwarding, kube, views, fanout, idle, stored, profile;"
                    + " default is all but profile")
    private List<String> only = new ArrayList<>();

    @Option(names = "--quick", description = "small sizes and short measurements, to see whether everything runs")
    private boolean quick;

    @Option(names = "--seconds", description = "length of each measurement, default 8, quick 2")
    private Optional<Integer> seconds = Optional.empty();

    @Option(names = "--connections", description = "parallel connections, default ${DEFAULT-VALUE}")
    private int connections = 64;

    @Option(names = "--objects", description = "ConfigMaps of 1 KiB in the listed namespace, default 12000")
    private Optional<Integer> objects = Optional.empty();

    @Option(names = "--users", description = "users of the crowded platform, default 10000; 0 leaves it out")
    private Optional<Integer> users = Optional.empty();

    @Option(names = "--watchers", description = "watchers that every change goes to, default 1000")
    private Optional<Integer> watchers = Optional.empty();

    @Option(names = "--idle-watches", description = "idle watches through the gateway, default 5000")
    private Optional<Integer> idleWatches = Optional.empty();

    @Option(names = "--stored", description = "objects that a start finds in the store, default 100000")
    private Optional<Integer> stored = Optional.empty();

    private Main() {}

    /** Runs the measurements. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() {
        var groups = groups();
        var wanted = only.isEmpty()
                ? groups.keySet().stream().filter(name -> !name.equals(PROFILE)).toList()
                : only;
        for (var name : wanted) {
            if (!groups.containsKey(name)) {
                throw new ParameterException(
                        spec.commandLine(), "no group %s; there are %s".formatted(name, groups.keySet()));
            }
        }
        Load load = WrkLoad.isInstalled() ? new WrkLoad() : new SocketLoad();
        var repository = Path.of(System.getProperty("luban.repository", "."));
        var profile = new Profile(
                Duration.ofSeconds(seconds.orElse(quick ? 2 : 8)), Duration.ofSeconds(quick ? 2 : 5), connections);
        var bench = new Bench(repository, load, profile, sizes(), new Table());
        var machine = Machine.describe();
        boolean complete = true;
        for (var name : wanted) {
            System.err.println("measuring " + name);
            bench.table().group(name);
            complete &= measure(groups.getOrDefault(name, ignored -> {}), bench);
        }
        System.out.print(bench.table().markdown("%s; load by %s".formatted(machine, load.name())));
        return complete ? 0 : 1;
    }

    /** Whether it came to its end; what keeps one group from it says nothing about the others. */
    private static boolean measure(Group group, Bench bench) {
        try {
            group.measure(bench);
            return true;
        } catch (RuntimeException e) {
            e.printStackTrace();
            bench.table()
                    .row(
                            "failed",
                            String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                            "");
            return false;
        }
    }

    private Sizes sizes() {
        var base = quick ? Sizes.QUICK : Sizes.FULL;
        var crowd = base.crowd();
        return new Sizes(
                new Crowd(users.orElse(crowd.users()), crowd.bindings(), crowd.extensions()),
                objects.orElse(base.objects()),
                watchers.orElse(base.watchers()),
                base.events(),
                idleWatches.orElse(base.idleWatches()),
                base.measuredObjects(),
                stored.orElse(base.storedObjects()),
                base.restSeconds());
    }

    private static Map<String, Group> groups() {
        var groups = new LinkedHashMap<String, Group>();
        groups.put("start", new StartBenchmark());
        groups.put("forwarding", new ForwardingBenchmark());
        groups.put("kube", new EmbeddedKubeBenchmark());
        groups.put("views", new ViewBenchmark());
        groups.put("fanout", new FanOutBenchmark());
        groups.put("idle", new IdleWatchBenchmark());
        groups.put("stored", new StoredObjectsBenchmark());
        groups.put(PROFILE, new HotPathProfile());
        return groups;
    }
}
