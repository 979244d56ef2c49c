package io.luban.controller.extension;

import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Settings;
import java.time.Duration;
import java.util.Locale;
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
 * @param rules what is asked of extensions before they are installed
 */
public record ExtensionSettings(
        String clusterName,
        String platformVersion,
        String portalUrl,
        String imageRegistry,
        Map<String, String> nodeSelector,
        Optional<Ingress> ingress,
        Helm helm,
        Rules rules) {
    /** Defensive copy. */
    public ExtensionSettings {
        nodeSelector = Map.copyOf(nodeSelector);
    }

    /**
     * Values that charts use for Ingress objects.
     *
     * @param className of the ingress class
     * @param domainSuffix below which every extension gets a host name
     * @param httpPort where that host name is served, 0 for 80
     * @param httpsPort where it is served with TLS, 0 for 443
     */
    public record Ingress(String className, String domainSuffix, int httpPort, int httpsPort) {
        /** The same where a listener at two ports serves a class, unless something else was set. */
        public Ingress filled(String listenerClass, int port, int securePort) {
            return new Ingress(
                    className.isEmpty() ? listenerClass : className,
                    domainSuffix,
                    httpPort == 0 ? port : httpPort,
                    httpsPort == 0 ? securePort : httpsPort);
        }
    }

    /**
     * Limits of Helm operations.
     *
     * @param timeout for every wait
     * @param historyMax revisions that are kept, 0 for all of them
     * @param waits whether an operation ends only when the workloads are ready
     */
    public record Helm(Duration timeout, int historyMax, boolean waits) {}

    /**
     * What is asked of extensions before they are installed.
     *
     * @param dependencies what to do about extensions that are required but missing
     * @param approvesUnlimited whether somebody has to approve of one that asks for every permission
     */
    public record Rules(DependencyPolicy dependencies, boolean approvesUnlimited) {}

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
                Optional.of(new Ingress("kubesphere", "127.0.0.1.nip.io", 30888, 30889)),
                new Helm(Duration.ofMinutes(5), 2, true),
                new Rules(DependencyPolicy.ENFORCE, false));
    }

    /**
     * The defaults with everything that was set; charts are told of Ingresses where a domain is.
     *
     * @param runsWorkloads whether anything makes workloads ready, so that one can wait for that
     */
    public static ExtensionSettings of(Settings settings, boolean runsWorkloads) {
        var defaults = defaults();
        var wait = settings.value(ControllerKeys.HELM_WAIT);
        var policy = settings.value(ControllerKeys.DEPENDENCY_POLICY).toUpperCase(Locale.ROOT);
        return new ExtensionSettings(
                defaults.clusterName,
                defaults.platformVersion,
                defaults.portalUrl,
                settings.value(ControllerKeys.IMAGE_REGISTRY),
                settings.value(ControllerKeys.NODE_SELECTOR),
                Optional.of(settings.value(ControllerKeys.DOMAIN_SUFFIX))
                        .filter(suffix -> !suffix.isEmpty())
                        .map(suffix -> new Ingress(
                                settings.value(ControllerKeys.INGRESS_CLASS),
                                suffix,
                                settings.value(ControllerKeys.HTTP_PORT),
                                settings.value(ControllerKeys.HTTPS_PORT))),
                new Helm(
                        settings.value(ControllerKeys.HELM_TIMEOUT),
                        settings.value(ControllerKeys.HELM_HISTORY),
                        wait.equals("auto") ? runsWorkloads : Boolean.parseBoolean(wait)),
                new Rules(
                        DependencyPolicy.valueOf(policy),
                        settings.value(ControllerKeys.BROAD_PERMISSIONS).equals("Approve")));
    }

    /** The same for the platform on a cluster of this name, of this version, whose console is at this address. */
    public ExtensionSettings on(String cluster, String version, String portal) {
        return new ExtensionSettings(cluster, version, portal, imageRegistry, nodeSelector, ingress, helm, rules);
    }

    /** The same with other limits of Helm operations. */
    public ExtensionSettings withHelm(Helm other) {
        return new ExtensionSettings(
                clusterName, platformVersion, portalUrl, imageRegistry, nodeSelector, ingress, other, rules);
    }

    /** The same with another way to reach extensions by host name. */
    public ExtensionSettings withIngress(Optional<Ingress> other) {
        return new ExtensionSettings(
                clusterName, platformVersion, portalUrl, imageRegistry, nodeSelector, other, helm, rules);
    }

    /** The same with other rules for extensions. */
    public ExtensionSettings withRules(Rules other) {
        return new ExtensionSettings(
                clusterName, platformVersion, portalUrl, imageRegistry, nodeSelector, ingress, helm, other);
    }
}
