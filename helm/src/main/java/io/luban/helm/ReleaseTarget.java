package io.luban.helm;

import java.time.Duration;

/**
 * Which release an operation is about and how its cluster is reached.
 *
 * @param namespace of the release
 * @param name of the release
 * @param kubeconfig text that names the server and holds the credentials
 * @param timeout for every wait of the operation
 */
public record ReleaseTarget(String namespace, String name, String kubeconfig, Duration timeout) {
    String key() {
        return namespace + "/" + name;
    }

    @Override
    public String toString() {
        return key();
    }
}
