package io.luban.ksbuilder.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.ExtensionNames;
import io.luban.kube.KubeRest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Takes an extension out of the catalog, installed or not. The InstallPlan goes first: once the versions are gone nothing
 * would be left to tell what it had installed.
 */
@Command(name = "unpublish", mixinStandardHelpOptions = true, description = "Remove an extension from a cluster.")
public final class UnpublishCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final ResourceDefinitionContext PLANS = new ResourceDefinitionContext.Builder()
            .withGroup("kubesphere.io")
            .withVersion("v1alpha1")
            .withKind("InstallPlan")
            .withPlural("installplans")
            .build();

    private final Session session;

    @Parameters(paramLabel = "NAME", description = "Name of the extension.")
    private String name = "";

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Cluster to remove it from.")
    private String kubeconfig = "";

    @Option(names = "--wait", description = "Wait until it is uninstalled before its versions are removed.")
    private boolean waits;

    /** A command over its surroundings. */
    public UnpublishCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.out().println("unpublish extension " + name);
        ExtensionNames.problemOfName(name).ifPresent(problem -> {
            throw new CommandException(problem);
        });
        try (var client = session.connect(kubeconfig)) {
            var catalog = new CatalogClient(KubeRest.of(client));
            delete(catalog, "InstallPlan", name);
            if (waits) {
                awaitUninstalled(client);
            }
            for (var version : catalog.versions(name)) {
                var versionName = version.at("/metadata/name").asText();
                chartConfigMaps(catalog, versionName).forEach(map -> delete(catalog, "ConfigMap", map));
                delete(catalog, "ExtensionVersion", versionName);
            }
            delete(catalog, "Extension", name);
        }
        return 0;
    }

    private void awaitUninstalled(KubernetesClient client) {
        try {
            client.genericKubernetesResources(PLANS)
                    .withName(name)
                    .waitUntilCondition(Objects::isNull, WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (KubernetesClientTimeoutException e) {
            throw new CommandException("InstallPlan %s is still there after %s".formatted(name, WAIT));
        }
    }

    private static List<String> chartConfigMaps(CatalogClient catalog, String versionName) {
        var first = ExtensionNames.chartConfigMap(versionName);
        return catalog.find("ConfigMap", first)
                .map(found -> ChartData.names((JsonNode) found))
                .orElse(List.of(first));
    }

    private void delete(CatalogClient catalog, String kind, String object) {
        session.out().println("deleting %s %s".formatted(kind, object));
        catalog.delete(kind, object);
    }
}
