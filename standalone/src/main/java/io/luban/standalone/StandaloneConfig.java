package io.luban.standalone;

import java.util.Optional;

/**
 * Settings of the one-process platform.
 *
 * @param apiserverPort port of the gateway, 0 for any free one
 * @param kubePort port of the embedded Kubernetes API, 0 for any free one
 * @param adminPassword password of the first administrator; generated when absent; only the first start uses it
 * @param simulatesWorkloads mark workloads ready although nothing runs them
 */
record StandaloneConfig(
        DataFolder folder,
        int apiserverPort,
        int kubePort,
        Optional<String> adminPassword,
        boolean simulatesWorkloads) {
    @Override
    public String toString() {
        return "StandaloneConfig[%s, %d, %d]".formatted(folder, apiserverPort, kubePort);
    }
}
