package io.luban.apiserver;

import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authentication.LoginSettings;
import io.luban.apiserver.authentication.token.TokenSettings;
import io.luban.apiserver.authorization.AuthorizationMode;
import io.luban.apiserver.endpoint.ServiceRoute;
import io.luban.apiserver.kapis.config.MulticlusterOptions;
import io.luban.apiserver.kubeproxy.KubeOptions;
import io.luban.apiserver.tracing.TracingSettings;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the gateway.
 *
 * @param server where to listen
 * @param login rules for passwords
 * @param proxy how requests travel
 * @param audit what is recorded of them
 * @param surface what others see of it
 * @param systemNamespace namespace of the platform's own objects
 * @param version version that the gateway tells, {@code vMAJOR.MINOR.PATCH}
 */
public record ApiServerConfig(
        ServerConfig server,
        TokenSettings tokens,
        LoginSettings login,
        AuthorizationMode authorization,
        ProxySettings proxy,
        AuditSettings audit,
        Surface surface,
        String systemNamespace,
        String version) {
    /**
     * How the gateway shows itself to those around it.
     *
     * @param allowedOrigins sites whose scripts may use it from a browser
     * @param tracing where spans go
     * @param shutdownDelay how long it still serves, reporting not ready, after it was asked to stop
     * @param multicluster what pages are told about several clusters
     */
    public record Surface(
            List<String> allowedOrigins,
            TracingSettings tracing,
            Duration shutdownDelay,
            MulticlusterOptions multicluster) {
        /** What applies unless set. */
        public static final Surface DEFAULTS =
                new Surface(List.of(), TracingSettings.OFF, Duration.ZERO, MulticlusterOptions.DEFAULTS);

        /** Defensive copies. */
        public Surface {
            allowedOrigins = List.copyOf(allowedOrigins);
        }
    }

    /**
     * How requests are recognised and passed on.
     *
     * @param trustedProxies address ranges whose headers about the client are believed
     * @param reverseProxyPrefixes paths below which ReverseProxy objects may match
     * @param hostClusterName name of the cluster the platform runs on
     * @param services how backends that are services of the cluster are reached
     * @param kubernetes how requests are handed to the Kubernetes API
     * @param maxBodyBytes longest body that the gateway reads itself
     * @param reservedGroups API groups that extensions may replace only when annotated so
     * @param isTlsInside whether parts of the platform speak TLS with each other
     */
    public record ProxySettings(
            List<String> trustedProxies,
            List<String> reverseProxyPrefixes,
            String hostClusterName,
            ServiceRoute services,
            KubeOptions kubernetes,
            long maxBodyBytes,
            Set<String> reservedGroups,
            boolean isTlsInside) {
        /** What applies unless set. */
        public static final ProxySettings DEFAULTS = new ProxySettings(
                List.of("127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
                List.of("/proxy", "/res"),
                "host",
                ServiceRoute.AUTO,
                KubeOptions.DEFAULTS,
                3L * 1024 * 1024,
                Set.of(
                        "iam.kubesphere.io",
                        "config.kubesphere.io",
                        "tenant.kubesphere.io",
                        "kubesphere.io",
                        "extensions.kubesphere.io"),
                false);

        /** Defensive copies. */
        public ProxySettings {
            trustedProxies = List.copyOf(trustedProxies);
            reverseProxyPrefixes = List.copyOf(reverseProxyPrefixes);
            reservedGroups = Set.copyOf(reservedGroups);
        }

        /** The same with another way to Kubernetes. */
        public ProxySettings with(KubeOptions changed) {
            return new ProxySettings(
                    trustedProxies,
                    reverseProxyPrefixes,
                    hostClusterName,
                    services,
                    changed,
                    maxBodyBytes,
                    reservedGroups,
                    isTlsInside);
        }

        /** The same with other groups that belong to the platform. */
        public ProxySettings reserving(Set<String> groups) {
            return new ProxySettings(
                    trustedProxies,
                    reverseProxyPrefixes,
                    hostClusterName,
                    services,
                    kubernetes,
                    maxBodyBytes,
                    groups,
                    isTlsInside);
        }

        /** The same believing other proxies. */
        public ProxySettings trusting(List<String> ranges) {
            return new ProxySettings(
                    ranges,
                    reverseProxyPrefixes,
                    hostClusterName,
                    services,
                    kubernetes,
                    maxBodyBytes,
                    reservedGroups,
                    isTlsInside);
        }

        /** The same with services reached in another way. */
        public ProxySettings with(ServiceRoute changed) {
            return new ProxySettings(
                    trustedProxies,
                    reverseProxyPrefixes,
                    hostClusterName,
                    changed,
                    kubernetes,
                    maxBodyBytes,
                    reservedGroups,
                    isTlsInside);
        }
    }

    /** Version told unless set; clients read it as the generation of APIs that they may use. */
    public static final String VERSION = "v4.2.0";

    /** The defaults: port 9090 on the loopback address, tokens issued in the name of the console's URL. */
    public static ApiServerConfig defaults() {
        return new ApiServerConfig(
                new ServerConfig("127.0.0.1", 9090, Optional.empty(), Limits.DEFAULTS),
                TokenSettings.of("http://localhost:30880"),
                LoginSettings.DEFAULTS,
                AuthorizationMode.RBAC,
                ProxySettings.DEFAULTS,
                AuditSettings.OFF,
                Surface.DEFAULTS,
                "kubesphere-system",
                VERSION);
    }

    /** The same on another address. */
    public ApiServerConfig listeningAt(String host, int port) {
        return with(new ServerConfig(host, port, server.tls(), server.limits()));
    }

    /** The same with another surface. */
    public ApiServerConfig with(Surface changed) {
        return new ApiServerConfig(
                server, tokens, login, authorization, proxy, audit, changed, systemNamespace, version);
    }

    /** The same with another listener. */
    public ApiServerConfig with(ServerConfig changed) {
        return new ApiServerConfig(
                changed, tokens, login, authorization, proxy, audit, surface, systemNamespace, version);
    }

    /** The same with other tokens. */
    public ApiServerConfig with(TokenSettings changed) {
        return new ApiServerConfig(
                server, changed, login, authorization, proxy, audit, surface, systemNamespace, version);
    }

    /** The same with other rules for logging in. */
    public ApiServerConfig with(LoginSettings changed) {
        return new ApiServerConfig(
                server, tokens, changed, authorization, proxy, audit, surface, systemNamespace, version);
    }

    /** The same with another mode of authorization. */
    public ApiServerConfig with(AuthorizationMode changed) {
        return new ApiServerConfig(server, tokens, login, changed, proxy, audit, surface, systemNamespace, version);
    }

    /** The same with other auditing. */
    public ApiServerConfig with(AuditSettings changed) {
        return new ApiServerConfig(
                server, tokens, login, authorization, proxy, changed, surface, systemNamespace, version);
    }

    /** The same with other ways for requests. */
    public ApiServerConfig with(ProxySettings changed) {
        return new ApiServerConfig(
                server, tokens, login, authorization, changed, audit, surface, systemNamespace, version);
    }
}
