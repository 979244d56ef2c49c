package io.luban.controller.extension;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.kube.KubeRest;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A cluster on which a part of an extension is installed.
 *
 * @param cluster its name
 * @param role {@code host} or {@code member}
 * @param member the client of a member; empty for the cluster the platform runs in
 */
record Site(String cluster, String role, KubeRest kube, Optional<KubernetesClient> member) {
    static Site host(String cluster, KubeRest kube) {
        return new Site(cluster, "host", kube, Optional.empty());
    }

    static Site member(String cluster, KubernetesClient client, BooleanSupplier mayWrite) {
        return new Site(cluster, "member", KubeRest.of(client).writingWhile(mayWrite), Optional.of(client));
    }
}
