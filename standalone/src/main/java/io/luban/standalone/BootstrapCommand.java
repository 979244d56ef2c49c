package io.luban.standalone;

import io.luban.apiserver.IamBootstrap;
import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.kube.KubeRest;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.standalone.process.Cluster;
import io.luban.standalone.process.Kubeconfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luban bootstrap}: makes a Kubernetes cluster ready for the parts of the platform that run alone. */
@Command(
        name = "bootstrap",
        description = {
            "Make a Kubernetes cluster ready for the parts of the platform: the definitions of its kinds, its roles,",
            "and the user admin, whose password is printed once. May be run again, also by another version."
        },
        mixinStandardHelpOptions = true)
final class BootstrapCommand implements Callable<Integer> {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "the cluster (default: ~/.kube/config, or that of the pod)")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--admin-password",
            paramLabel = "TEXT",
            description = "password of admin, if there is no such user yet")
    private @Nullable String adminPassword;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the command line parser
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var text = Kubeconfig.of(System.getenv())
                .text(ConfigurationFile.read(GatewayKeys.all(), Optional.empty(), Map.of(), options()));
        try (var client = Cluster.reach(text)) {
            PlatformDefinitions.ensure(KubeRest.of(client));
            var password = Optional.ofNullable(adminPassword).orElseGet(() -> Passwords.generate(new SecureRandom()));
            boolean created = new IamBootstrap(client, Clock.systemUTC()).run(password);
            out.println("the cluster is ready for ks-apiserver and ks-controller-manager");
            out.println("user      admin");
            out.println("password  " + (created && adminPassword == null ? password : "(as set before)"));
        }
        return 0;
    }

    private List<ConfigurationFile.GivenOption> options() {
        return Optional.ofNullable(kubeconfig)
                .map(path -> List.of(
                        new ConfigurationFile.GivenOption(GatewayKeys.KUBECONFIG, "--kubeconfig", path.toString())))
                .orElse(List.of());
    }
}
