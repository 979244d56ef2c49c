package io.luban.ksbuilder.command;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.kube.KubeClients;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What a command sees of the world around it.
 *
 * @param workingDirectory where relative paths start
 * @param environment variables of the process
 * @param clock for creation times
 * @param out where progress is printed
 */
public record Session(Path workingDirectory, Map<String, String> environment, Clock clock, PrintStream out) {
    /** A path as the user means it; absolute ones are taken as they are. */
    Path resolve(String path) {
        return workingDirectory.resolve(path).normalize();
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
        var fromEnvironment = environment.getOrDefault("KUBECONFIG", "");
        if (!fromEnvironment.isEmpty()) {
            return resolve(fromEnvironment);
        }
        return resolve(environment.getOrDefault("HOME", ".")).resolve(".kube").resolve("config");
    }
}
