package io.luban.standalone;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.apiserver.configuration.GatewaySettings;
import io.luban.controller.ControllerManagerConfig;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.configuration.KubeKeys;
import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.Settings;
import io.luban.standalone.logging.LogSettings;
import io.luban.standalone.process.FileWatch;
import io.luban.standalone.process.SecondSignal;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luban up}: starts the platform, tells where it is, and stays until it is asked to stop. */
@Command(
        name = "up",
        description = "Start the platform and stay in the foreground; Ctrl-C stops it.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final int CONSOLE_PORT = 30880;
    private static final int INGRESS_PORT = 30888;
    private static final int SECURE_INGRESS_PORT = 30889;

    @Option(names = "--data", paramLabel = "DIR", description = "data folder (default: ~/.luban)")
    private Path data = DataFolder.standard();

    @Option(
            names = "--port-console",
            paramLabel = "PORT",
            description = "console, default 30880, or any free port where the gateway has any; 0 = any")
    private @Nullable Integer consolePort;

    @Option(names = "--port-apiserver", paramLabel = "PORT", description = "gateway, default ${DEFAULT-VALUE}, 0 = any")
    private int apiserverPort = 9090;

    @Option(
            names = "--port-kube",
            paramLabel = "PORT",
            description = "Kubernetes API, default kube.securePort of the configuration file or 6443, 0 = any")
    private @Nullable Integer kubePort;

    @Option(
            names = "--port-ingress",
            paramLabel = "PORT",
            description =
                    "host names of extensions, default 30888, or any free port where the gateway has any; 0 = any")
    private @Nullable Integer ingressPort;

    @Option(
            names = "--port-ingress-tls",
            paramLabel = "PORT",
            description = "the same with TLS, default 30889, or any free port where the gateway has any; 0 = any")
    private @Nullable Integer secureIngressPort;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings in YAML (default: config.yaml in the data folder, if it is there);"
                    + " docs/reference/kube-configuration.md lists them")
    private @Nullable Path configuration;

    @Option(
            names = "--admin-password",
            paramLabel = "TEXT",
            description = "password of admin, for the first start only")
    private @Nullable String adminPassword;

    @Option(
            names = "--no-simulated-workloads",
            description = "leave Deployments, Jobs and Pods pending, as no kubelet runs them")
    private boolean withoutSimulation;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the command line parser
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var folder = DataFolder.at(data);
        folder.create();
        LogSettings.toFile(folder.log());
        RunningInstance.on(folder).ifPresent(running -> {
            throw new IllegalStateException(
                    "data folder %s is in use by process %d: stop it with 'luban down --data %s'"
                            .formatted(folder.path(), running.pid(), folder.path()));
        });
        var out = spec.commandLine().getOut();
        var settings = settings(folder, out);
        var gateway = new GatewaySettings(settings).config().listeningAt("127.0.0.1", apiserverPort);
        var kubernetes = kubernetes(folder, settings);
        var config = new StandaloneConfig(
                folder,
                gateway,
                new StandaloneConfig.Ports(
                        port(consolePort, CONSOLE_PORT),
                        port(ingressPort, INGRESS_PORT),
                        port(secureIngressPort, SECURE_INGRESS_PORT)),
                Optional.ofNullable(adminPassword),
                kubernetes,
                controllers(folder, settings, gateway, kubernetes));
        out.println("starting Luban on " + folder.path());
        out.flush();
        var platform = Standalone.start(config, new Progress(out), Clock.systemUTC());
        platform.instance().note(folder);
        var file = file(folder).orElse(folder.configuration());
        var watch = new FileWatch(
                List.of(file), () -> platform.reconfigure(new GatewaySettings(settings(folder, out)).config()));
        try {
            waitForStop(out, folder, platform);
        } finally {
            watch.close();
        }
        return 0;
    }

    /** What the file says, then the environment, then the options of this command. */
    private Settings settings(DataFolder folder, PrintWriter out) {
        var file = file(folder);
        var keys = new ArrayList<Key<?>>(KubeKeys.all());
        keys.addAll(GatewayKeys.all());
        var settings = ConfigurationFile.read(keys, file, System.getenv());
        var problems = new GatewaySettings(settings).problems();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(file.map(Path::toString).orElse("configuration"), problems);
        }
        settings.unknown().forEach(sentence -> out.println("configuration: " + sentence));
        GatewayKeys.unread(settings).forEach(sentence -> out.println("configuration: " + sentence));
        return settings;
    }

    private Optional<Path> file(DataFolder folder) {
        return Optional.ofNullable(configuration)
                .or(() -> Optional.of(folder.configuration()).filter(Files::exists));
    }

    /** Whoever asks for any port of the gateway runs several platforms side by side. */
    private int port(@Nullable Integer asked, int standard) {
        int usual = apiserverPort == 0 ? 0 : standard;
        return asked == null ? usual : asked;
    }

    private static ControllerManagerConfig controllers(
            DataFolder folder, Settings settings, ApiServerConfig gateway, EmbeddedKubeConfig kubernetes) {
        return ControllerManagerConfig.of(
                        folder.path().resolve("controller-manager"),
                        settings,
                        kubernetes.simulation().enabled())
                .on(
                        gateway.proxy().hostClusterName(),
                        gateway.version(),
                        gateway.tokens().issuer());
    }

    private EmbeddedKubeConfig kubernetes(DataFolder folder, Settings settings) {
        var config = EmbeddedKubeConfig.of(folder.path(), settings);
        if (withoutSimulation) {
            config = config.with(config.simulation().enabled(false));
        }
        return kubePort == null ? config : config.onPort(kubePort);
    }

    private static void announce(PrintWriter out, DataFolder folder, Standalone platform) {
        out.println();
        out.printf("  ks-console       http://127.0.0.1:%d%n", platform.consolePort());
        out.printf("  ks-apiserver     http://127.0.0.1:%d%n", platform.apiserverPort());
        out.printf("  Kubernetes API   https://127.0.0.1:%d%n", platform.kubePort());
        out.printf(
                "  Extension hosts  http://127.0.0.1:%d (by host name), https on %d%n",
                platform.ingressPort(), platform.secureIngressPort());
        out.printf("  kubeconfig       %s%n", folder.kubeconfig());
        out.println("  user             admin");
        out.println("  password         " + platform.firstPassword().orElse("(as set at the first start)"));
        out.println();
        out.println("Luban is ready. Press Ctrl-C to stop.");
        out.flush();
    }

    private static void waitForStop(PrintWriter out, DataFolder folder, Standalone platform)
            throws InterruptedException {
        var stop = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            SecondSignal.endsTheProcess();
            out.println("stopping");
            out.flush();
            platform.close();
            RunningInstance.forget(folder);
            out.println("stopped");
            out.flush();
            stop.countDown();
        }));
        announce(out, folder, platform);
        stop.await();
    }
}
