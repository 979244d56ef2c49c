package io.luban.ksbuilder.command;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.helm.Charts;
import io.luban.ksbuilder.chart.Renderer;
import io.luban.ksbuilder.terminal.Prompts;
import io.luban.ksbuilder.terminal.Terminal;
import io.luban.kube.KubeClients;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a command sees of the world around it.
 *
 * @param workingDirectory where relative paths start
 * @param environment variables of the process
 * @param clock for creation times
 * @param out where progress and results are printed
 * @param err where everything else is printed
 * @param terminal the person at the keyboard
 */
public record Session(
        Path workingDirectory,
        Map<String, String> environment,
        Clock clock,
        PrintStream out,
        PrintStream err,
        Terminal terminal) {
    private static final int MAX_INSTALLABLE = 1024 * 1024 - 4096;

    /** A path as the user means it; absolute ones are taken as they are. */
    Path resolve(String path) {
        return workingDirectory.resolve(path).normalize();
    }

    /** The user's own folder. */
    Path home() {
        return resolve(environment.getOrDefault("HOME", System.getProperty("user.home", ".")));
    }

    /** A variable, empty when it is not set. */
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Questions to the user. */
    Prompts prompts() {
        return new Prompts(terminal, out);
    }

    /** The Helm engine; it is unpacked once into the user's cache. */
    Charts charts() {
        var cache = variable("XDG_CACHE_HOME");
        var folder = cache.isEmpty() ? home().resolve(".cache") : resolve(cache);
        return Charts.open(folder.resolve("luban"));
    }

    /** Renders by that engine. */
    Renderer renderer() {
        return new Renderer(charts(), err::println);
    }

    /** Says that a package is so large that Helm, which keeps it in one Secret, may be unable to install it. */
    void warnIfLarge(ExtensionPackage source) {
        if (source.packed().length > MAX_INSTALLABLE) {
            err.println(("WARNING: package of %d bytes: Helm keeps a release in one Secret of at most 1 MiB, so the"
                            + " installation may fail")
                    .formatted(source.packed().length));
        }
    }

    /** A client for the kubeconfig given, else {@code $KUBECONFIG}, else {@code ~/.kube/config}. */
    KubernetesClient connect(String kubeconfig) {
        var file = kubeconfigFile(kubeconfig);
        if (!Files.isReadable(file)) {
            throw new CommandException("kubeconfig %s cannot be read: give one with --kubeconfig".formatted(file));
        }
        return KubeClients.fromKubeconfig(file);
    }

    private Path kubeconfigFile(String kubeconfig) {
        if (!kubeconfig.isEmpty()) {
            return resolve(kubeconfig);
        }
        var named = Stream.of(variable("KUBECONFIG").split(Pattern.quote(File.pathSeparator), -1))
                .filter(name -> !name.isEmpty())
                .map(this::resolve)
                .toList();
        if (named.isEmpty()) {
            return home().resolve(".kube").resolve("config");
        }
        return named.stream().filter(Files::isReadable).findFirst().orElse(named.getFirst());
    }
}
