package io.luban.standalone.apiserver;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.apiserver.configuration.GatewaySettings;
import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.apiserver.kapis.version.VersionApi;
import io.luban.model.Json;
import io.luban.model.configuration.ConfigurationException;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import io.luban.standalone.process.CommandLineFlags;
import io.luban.standalone.process.Invocation;
import io.luban.standalone.process.Kubeconfig;
import io.luban.standalone.process.Stop;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code luban ks-apiserver}: reads flags, environment and file, starts the gateway, and stays until it is asked to stop. */
public final class KsApiserver {
    private final Map<String, String> environment;
    private final Clock clock;

    /** A command that sees this environment. */
    public KsApiserver(Map<String, String> environment, Clock clock) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /** All that was said, checked. */
    private record Start(Listening listening, Settings settings, Optional<Path> file, Invocation invocation) {}

    /**
     * Runs the command until the process is asked to stop; answers the exit code. Throws
     * {@link ConfigurationException} with everything that is wrong with flags, environment and file.
     */
    public int run(List<String> arguments, PrintWriter out) throws InterruptedException {
        if (arguments.equals(List.of("version"))) {
            out.println(Json.text(VersionApi.describe(ApiServerConfig.VERSION)));
            return 0;
        }
        var invocation = new Invocation(CommandLineFlags.read(GatewayFlags.ALL, arguments), environment);
        if (invocation.flags().asksForHelp()) {
            invocation.help("ks-apiserver", out);
            return 0;
        }
        invocation.log();
        var start = checked(invocation);
        Stream.concat(start.settings.unknown().stream(), GatewayKeys.unread(start.settings).stream())
                .forEach(sentence -> out.println("configuration: " + sentence));
        try (var process = GatewayProcess.start(
                Kubeconfig.of(environment).text(start.settings),
                config(start, start.settings),
                plans(start.settings),
                clock)) {
            start.listening.keyPair().ifPresent(process::follow);
            process.follow(start.file, () -> config(start, start.invocation.settings(start.file)));
            var listening = "ks-apiserver listens on %s://%s:%d"
                    .formatted(
                            start.listening.keyPair().isPresent() ? "https" : "http",
                            start.listening.address(),
                            process.port());
            Stop.await("ks-apiserver", process, out, () -> out.println(listening));
        }
        return 0;
    }

    private static Start checked(Invocation invocation) {
        var problems = new ArrayList<>(invocation.flags().problems());
        var listening = Listening.of(invocation, problems);
        var file = invocation.file(problems);
        var settings = Settings.defaults();
        try {
            settings = invocation.settings(file);
            Kubeconfig.check(settings, problems);
            problems.addAll(new GatewaySettings(settings).problems());
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException("ks-apiserver", problems);
        }
        return new Start(listening, settings, file, invocation);
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
}
