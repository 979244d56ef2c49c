package io.luban.standalone;

import io.luban.apiserver.ApiServerConfig;
import io.luban.controller.ControllerManagerConfig;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import java.util.Optional;

/**
 * Settings of the one-process platform.
 *
 * @param gateway ks-apiserver
 * @param adminPassword password of the first administrator; generated when absent; only the first start uses it
 * @param ports of what only this platform has
 * @param kubernetes the embedded Kubernetes API
 * @param controllers ks-controller-manager
 */
record StandaloneConfig(
        DataFolder folder,
        ApiServerConfig gateway,
        Ports ports,
        Optional<String> adminPassword,
        EmbeddedKubeConfig kubernetes,
        ControllerManagerConfig controllers) {
    /**
     * Loopback ports, 0 for any.
     *
     * @param console ks-console
     * @param ingress where Ingresses are served by host name
     * @param secureIngress where they are served with TLS
     */
    record Ports(int console, int ingress, int secureIngress) {
        /** Any. */
        static final Ports ANY = new Ports(0, 0, 0);
    }

    @Override
    public String toString() {
        return "StandaloneConfig[%s, %d, %d]".formatted(folder, gateway.server().port(), kubernetes.securePort());
    }
}
