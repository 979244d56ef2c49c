package io.luban.standalone.controllermanager;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.kapis.version.VersionApi;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.configuration.ConfigurationException;
import io.luban.standalone.process.CommandLineFlags;
import io.luban.standalone.process.Invocation;
import io.luban.standalone.process.Kubeconfig;
import io.luban.standalone.process.Stop;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * {@code luban ks-controller-manager}: reads flags, environment and file, starts the controllers, and stays until it is
 * asked to stop.
 */
public final class KsControllerManager {
    private static final String NAME = "ks-controller-manager";

    private final Map<String, String> environment;
    private final Clock clock;

    /** A command that sees this environment. */
    public KsControllerManager(Map<String, String> environment, Clock clock) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /**
     * Runs the command until the process is asked to stop; answers the exit code. Throws
     * {@link ConfigurationException} with everything that is wrong with flags, environment and file.
     */
    public int run(List<String> arguments, PrintWriter out) throws InterruptedException {
        if (arguments.equals(List.of("version"))) {
            out.println(Json.text(VersionApi.describe(ApiServerConfig.VERSION)));
            return 0;
        }
        var invocation = new Invocation(CommandLineFlags.read(ControllerFlags.ALL, arguments), environment);
        if (invocation.flags().asksForHelp()) {
            invocation.help(NAME, out);
            return 0;
        }
        invocation.log();
        var start = Start.of(invocation, Ids.random());
        start.settings().unknown().forEach(sentence -> out.println("configuration: " + sentence));
        var kubeconfig = Kubeconfig.of(environment).text(start.settings());
        try (var process = new ControllerProcess(
                kubeconfig, start.config().reaching(Kubeconfig.selfContained(kubeconfig)), start.ports(), clock)) {
            Stop.await(NAME, process::stop, out, () -> tell(start, process, out));
        }
        return 0;
    }

    private static void tell(Start start, ControllerProcess process, PrintWriter out) {
        var host = start.ports().host();
        out.printf("metrics and health at http://%s:%d%n", host, process.metricsPort());
        if (process.operationsPort() == 0) {
            out.println("logs and previews are not answered: set extension.operations.token");
        } else {
            out.printf("logs and previews at http://%s:%d%n", host, process.operationsPort());
        }
        out.printf("charts at %s%n", process.catalogUrl());
        out.printf(
                "ks-controller-manager runs%s%n",
                start.election().map(election -> " as " + election.identity()).orElse(""));
        out.flush();
    }
}
