package io.luban.controller.extension;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How extensions are installed.
 *
 * @param clusterName name of the cluster the platform runs in
 * @param platformVersion semantic version that ksVersion constraints are compared with
 * @param portalUrl address of the console, given to charts; empty for none
 * @param imageRegistry registry that charts shall take images from; empty for their own choice
 * @param nodeSelector labels of the nodes that charts shall use
 * @param ingress how extensions are reached by host name
 * @param helm limits of Helm operations
 * @param dependencies what to do about extensions that are required but missing
 */
public record ExtensionSettings(
        String clusterName,
        String platformVersion,
        String portalUrl,
        String imageRegistry,
        Map<String, String> nodeSelector,
        Optional<Ingress> ingress,
        Helm helm,
        DependencyPolicy dependencies) {
    /** Defensive copy. */
    public ExtensionSettings {
        nodeSelector = Map.copyOf(nodeSelector);
    }

    /**
     * Values that charts use for Ingress objects.
     *
     * @param className of the ingress class
     * @param domainSuffix below which every extension gets a host name
     * @param httpPort where that host name is served
     * @param httpsPort where it is served with TLS
     */
    public record Ingress(String className, String domainSuffix, int httpPort, int httpsPort) {}

    /**
     * Limits of Helm operations.
     *
     * @param timeout for every wait
     * @param historyMax revisions that are kept
     * @param waits whether an operation ends only when the workloads are ready
     */
    public record Helm(Duration timeout, int historyMax, boolean waits) {}

    /** What happens when a required extension is not installed in a fitting version. */
    public enum DependencyPolicy {
        /** The installation fails until it is. */
        ENFORCE,
        /** The installation goes on and says so. */
        WARN,
        /** Nothing. */
        IGNORE
    }

    /** What suits the standalone platform. */
    public static ExtensionSettings defaults() {
        return new ExtensionSettings(
                "host",
                "v4.1.3",
                "",
                "",
                Map.of(),
                Optional.of(new Ingress("kubesphere", "127.0.0.1.nip.io", 30888, 30888)),
                new Helm(Duration.ofMinutes(5), 2, true),
                DependencyPolicy.ENFORCE);
    }

    /** The same with other limits of Helm operations. */
    public ExtensionSettings withHelm(Helm other) {
        return new ExtensionSettings(
                clusterName, platformVersion, portalUrl, imageRegistry, nodeSelector, ingress, other, dependencies);
    }

    /** The same with another way to reach extensions by host name. */
    public ExtensionSettings withIngress(Optional<Ingress> other) {
        return new ExtensionSettings(
                clusterName, platformVersion, portalUrl, imageRegistry, nodeSelector, other, helm, dependencies);
    }

    /** The same with the address of the console. */
    public ExtensionSettings withPortalUrl(String url) {
        return new ExtensionSettings(
                clusterName, platformVersion, url, imageRegistry, nodeSelector, ingress, helm, dependencies);
    }
}
