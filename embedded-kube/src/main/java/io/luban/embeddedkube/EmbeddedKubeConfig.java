package io.luban.embeddedkube;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the embedded API server.
 *
 * @param dataDirectory holds {@code kube/} (store), {@code pki/} and {@code kubeconfig}
 * @param bindAddress address of the TLS listener
 * @param securePort port of the TLS listener, 0 for any free one
 * @param externalNames further DNS names and addresses for the serving certificate
 * @param serviceCidr range of cluster IPs
 * @param maxRequestBytes largest request body
 * @param simulatesWorkloads mark workloads ready and Jobs complete although no kubelet runs
 * @param simulationDelay time between the stages of a simulated workload
 */
public record EmbeddedKubeConfig(
        Path dataDirectory,
        String bindAddress,
        int securePort,
        List<String> externalNames,
        String serviceCidr,
        long maxRequestBytes,
        boolean simulatesWorkloads,
        Duration simulationDelay) {
    /** The defaults over a data directory. */
    public static EmbeddedKubeConfig of(Path dataDirectory) {
        return new EmbeddedKubeConfig(
                dataDirectory,
                "127.0.0.1",
                6443,
                List.of(),
                "10.96.0.0/16",
                3L * 1024 * 1024,
                true,
                Duration.ofSeconds(1));
    }
}
