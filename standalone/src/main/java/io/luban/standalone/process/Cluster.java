package io.luban.standalone.process;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.io.UncheckedIOException;

/** The Kubernetes cluster of a part that runs alone. */
public final class Cluster {
    private Cluster() {}

    /** A client of the cluster of a kubeconfig; throws {@link IllegalStateException} when it does not answer. */
    public static KubernetesClient reach(String kubeconfig) {
        var client = KubeClients.fromKubeconfig(kubeconfig);
        try {
            KubeRest.of(client).get("/version");
            return client;
        } catch (ApiException | UncheckedIOException e) {
            client.close();
            throw new IllegalStateException(
                    "Kubernetes at %s does not answer: %s".formatted(client.getMasterUrl(), e.getMessage()), e);
        }
    }
}
