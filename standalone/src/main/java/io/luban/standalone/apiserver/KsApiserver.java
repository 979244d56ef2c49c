package io.luban.standalone.apiserver;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.apiserver.configuration.GatewaySettings;
import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.apiserver.kapis.version.VersionApi;
import io.luban.model.Json;
import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** {@code luban ks-apiserver}: reads flags, environment and file, starts the gateway, and stays until it is asked to stop. */
public final class KsApiserver {
    private static final List<Path> FOLDERS = List.of(Path.of("/etc/kubesphere"), Path.of(""));
    private static final List<String> ENDINGS = List.of("yaml", "yml", "json", "toml");
    private static final int TELLS_REQUESTS = 4;
    private static final int TELLS_MORE = 6;

    private final Map<String, String> environment;
    private final Clock clock;

    /** A command that sees this environment. */
    public KsApiserver(Map<String, String> environment, Clock clock) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /** All that was said, checked. */
    private record Start(Listening listening, Settings settings, Optional<Path> file, CommandLineFlags flags) {}

    /**
     * Runs the command until the process is asked to stop; answers the exit code. Throws
     * {@link ConfigurationException} with everything that is wrong with flags, environment and file.
     */
    public int run(List<String> arguments, PrintWriter out) throws InterruptedException {
        if (arguments.equals(List.of("version"))) {
            out.println(Json.text(VersionApi.describe(ApiServerConfig.VERSION)));
            return 0;
        }
        var flags = CommandLineFlags.read(arguments);
        if (flags.asksForHelp()) {
            help(out);
            return 0;
        }
        log(flags.value("v"));
        var start = checked(flags);
        Stream.concat(start.settings.unknown().stream(), GatewayKeys.unread(start.settings).stream())
                .forEach(sentence -> out.println("configuration: " + sentence));
        try (var process = GatewayProcess.start(
                Kubeconfig.of(environment).text(start.settings),
                config(start, start.settings),
                plans(start.settings),
                clock)) {
            start.listening.keyPair().ifPresent(process::follow);
            process.follow(start.file, () -> config(start, settings(start.flags, start.file)));
            out.printf(
                    "ks-apiserver listens on %s://%s:%d%n",
                    start.listening.keyPair().isPresent() ? "https" : "http",
                    start.listening.address(),
                    process.port());
            out.flush();
            waitForStop(process, out);
        }
        return 0;
    }

    /** To standard error, as programs in containers do; has to come before the first line is logged. */
    private static void log(String verbosity) {
        int level = verbosity.matches("\\d{1,2}") ? Integer.parseInt(verbosity) : 0;
        System.setProperty("logback.configurationFile", "logback-stderr.xml");
        System.setProperty("luban.log.access", level >= TELLS_REQUESTS ? "DEBUG" : "INFO");
        System.setProperty("luban.log.level", level >= TELLS_MORE ? "DEBUG" : "INFO");
    }

    private Start checked(CommandLineFlags flags) {
        var problems = new ArrayList<>(flags.problems());
        var listening = Listening.of(flags, problems);
        var file = file(flags, problems);
        var settings = Settings.defaults();
        try {
            settings = settings(flags, file);
            Kubeconfig.check(settings, problems);
            if (new GatewaySettings(settings).exceedsHistory()) {
                problems.add("authentication.authenticateRateLimiterMaxTries: must not be greater than"
                        + " authentication.loginHistoryMaximumEntries");
            }
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException("ks-apiserver", problems);
        }
        return new Start(listening, settings, file, flags);
    }

    private static Optional<Path> file(CommandLineFlags flags, List<String> problems) {
        var named = flags.value("config");
        if (!named.isEmpty()) {
            if (!Files.isReadable(Path.of(named))) {
                problems.add("--config: \"%s\" cannot be read".formatted(named));
                return Optional.empty();
            }
            return Optional.of(Path.of(named));
        }
        return FOLDERS.stream()
                .flatMap(folder -> ENDINGS.stream().map(ending -> folder.resolve("kubesphere." + ending)))
                .filter(Files::isReadable)
                .findFirst();
    }

    private Settings settings(CommandLineFlags flags, Optional<Path> file) {
        return ConfigurationFile.read(GatewayKeys.all(), file, environment, flags.options());
    }

    private ApiServerConfig config(Start start, Settings settings) {
        var config = new GatewaySettings(settings).config();
        return config.with(GatewayProcess.server(start.listening, config.server()))
                .with(config.proxy()
                        .with(ClusterNames.in(environment).route(config.proxy().services())));
    }

    private static PlanOperations plans(Settings settings) {
        return PlanOperations.at(
                settings.value(ControllerKeys.OPERATIONS_URL), settings.value(ControllerKeys.OPERATIONS_TOKEN));
    }

    private static void help(PrintWriter out) {
        out.println("Usage: luban ks-apiserver [version] [--FLAG=VALUE ...]");
        out.println();
        Stream.concat(Flag.ALL.stream(), Stream.of(new Flag("help", true, "", "", "this text")))
                .forEach(flag -> out.printf(
                        "  --%-40s %s%s%n",
                        flag.name(),
                        flag.meaning(),
                        flag.standard().isEmpty() ? "" : " (default " + flag.standard() + ")"));
    }

    /** The process ends with 0 although a signal asked for it: stopping in order is no failure. */
    private static void waitForStop(GatewayProcess process, PrintWriter out) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            SecondSignal.endsTheProcess();
            process.close();
            out.println("ks-apiserver has stopped");
            out.flush();
            Runtime.getRuntime().halt(0);
        }));
        new CountDownLatch(1).await();
    }
}
