package io.luban.standalone;

import io.luban.apiserver.ApiServerConfig;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import java.util.Optional;

/**
 * Settings of the one-process platform.
 *
 * @param gateway ks-apiserver
 * @param adminPassword password of the first administrator; generated when absent; only the first start uses it
 * @param consolePort loopback port of ks-console, 0 for any
 * @param kubernetes the embedded Kubernetes API
 */
record StandaloneConfig(
        DataFolder folder,
        ApiServerConfig gateway,
        int consolePort,
        Optional<String> adminPassword,
        EmbeddedKubeConfig kubernetes) {
    @Override
    public String toString() {
        return "StandaloneConfig[%s, %d, %d]".formatted(folder, gateway.server().port(), kubernetes.securePort());
    }
}
