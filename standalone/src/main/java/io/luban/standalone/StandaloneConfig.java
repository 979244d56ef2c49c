package io.luban.standalone;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import java.util.Optional;

/**
 * Settings of the one-process platform.
 *
 * @param apiserverPort port of the gateway, 0 for any free one
 * @param adminPassword password of the first administrator; generated when absent; only the first start uses it
 * @param kubernetes the embedded Kubernetes API
 */
record StandaloneConfig(
        DataFolder folder, int apiserverPort, Optional<String> adminPassword, EmbeddedKubeConfig kubernetes) {
    @Override
    public String toString() {
        return "StandaloneConfig[%s, %d, %d]".formatted(folder, apiserverPort, kubernetes.securePort());
    }
}
