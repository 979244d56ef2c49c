package io.luban.apiserver.configuration;

import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.ApiServerConfig.ProxySettings;
import io.luban.apiserver.ApiServerConfig.Surface;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authentication.LoginSettings;
import io.luban.apiserver.authentication.token.TokenSettings;
import io.luban.apiserver.kapis.config.MulticlusterOptions;
import io.luban.apiserver.kubeproxy.KubeOptions;
import io.luban.apiserver.tracing.TracingSettings;
import io.luban.http.ServerConfig;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings of the gateway, part by part. In numbers 0 means the default, as in files written for the original. */
public record GatewaySettings(Settings values) {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int TRIES_PER_ADDRESS = LoginSettings.DEFAULTS.maxTriesPerAddress();

    /** The defaults of a gateway with everything that was set. */
    public ApiServerConfig config() {
        var server = ApiServerConfig.defaults().server();
        return ApiServerConfig.defaults()
                .with(new ServerConfig(
                        server.host(),
                        server.port(),
                        server.tls(),
                        server.limits().withDrainTimeout(values.value(GatewayKeys.DRAIN_TIMEOUT))))
                .with(surface())
                .with(values.value(GatewayKeys.AUTHORIZATION_MODE))
                .with(new ProxySettings(
                        values.value(GatewayKeys.TRUSTED_PROXIES),
                        values.value(GatewayKeys.REVERSE_PROXY_PREFIXES),
                        values.value(GatewayKeys.HOST_CLUSTER),
                        values.value(GatewayKeys.SERVICES),
                        new KubeOptions(
                                values.value(GatewayKeys.KUBERNETES_IDENTITY),
                                values.value(GatewayKeys.VALIDATION_DIRECTIVE)),
                        values.value(GatewayKeys.BODY_LIMIT),
                        Set.copyOf(values.value(ControllerKeys.RESERVED_GROUPS)),
                        values.value(GatewayKeys.TLS_INSIDE)))
                .with(new LoginSettings(
                        values.value(GatewayKeys.MAX_TRIES),
                        values.value(GatewayKeys.TRIES_WINDOW),
                        TRIES_PER_ADDRESS,
                        values.value(GatewayKeys.MULTIPLE_LOGIN)))
                .with(new TokenSettings(
                        values.value(GatewayKeys.ISSUER),
                        values.value(GatewayKeys.JWT_SECRET),
                        values.value(GatewayKeys.ACCESS_TOKEN_MAX_AGE),
                        values.value(GatewayKeys.INACTIVITY_TIMEOUT),
                        values.value(GatewayKeys.CLOCK_SKEW),
                        CacheKeys.redis(values)))
                .with(audit());
    }

    /** What is wrong with settings that are right each by itself. */
    public List<String> problems() {
        var problems = new ArrayList<>(CacheKeys.problems(values));
        if (values.value(GatewayKeys.MAX_TRIES) > values.value(GatewayKeys.HISTORY_ENTRIES)) {
            problems.add("authentication.authenticateRateLimiterMaxTries: must not be greater than"
                    + " authentication.loginHistoryMaximumEntries");
        }
        return problems;
    }

    private Surface surface() {
        var tracing = new TracingSettings(
                values.value(GatewayKeys.TRACING_ENDPOINT), values.value(GatewayKeys.TRACING_RATIO));
        return new Surface(
                values.value(GatewayKeys.ALLOWED_ORIGINS),
                tracing,
                values.value(GatewayKeys.SHUTDOWN_DELAY),
                multicluster());
    }

    private MulticlusterOptions multicluster() {
        return new MulticlusterOptions(
                Map.of(
                        "clusterRole", values.value(GatewayKeys.CLUSTER_ROLE),
                        "clusterName", values.value(GatewayKeys.CLUSTER_NAME),
                        "hostClusterName", values.value(GatewayKeys.HOST_CLUSTER),
                        "proxyPublishService", values.value(GatewayKeys.PUBLISH_SERVICE),
                        "proxyPublishAddress", values.value(GatewayKeys.PUBLISH_ADDRESS),
                        "agentImage", values.value(GatewayKeys.AGENT_IMAGE),
                        "chartPath", values.value(GatewayKeys.MEMBER_CHART)),
                values.value(GatewayKeys.CLUSTER_RESYNC));
    }

    private AuditSettings audit() {
        if (!values.value(GatewayKeys.AUDITING)) {
            return AuditSettings.OFF;
        }
        var interval = values.value(GatewayKeys.BATCH_INTERVAL);
        return new AuditSettings(
                values.value(GatewayKeys.AUDIT_LEVEL),
                number(GatewayKeys.BATCH_SIZE),
                interval.isZero() ? GatewayKeys.BATCH_INTERVAL.defaultValue() : interval,
                values.value(GatewayKeys.MAX_BODY_BYTES),
                values.value(GatewayKeys.INCLUDE_SECRETS),
                values.value(GatewayKeys.AUDIT_DENIED),
                values.value(GatewayKeys.OMIT_VERBS),
                values.value(GatewayKeys.OMIT_PATHS),
                webhook(),
                logFile(),
                values.value(GatewayKeys.CLUSTER_EVENTS)
                        ? Optional.of(new AuditSettings.ClusterEvents(values.value(GatewayKeys.CLUSTER_EVENTS_RATE)))
                        : Optional.empty(),
                values.value(GatewayKeys.RECENT_EVENTS));
    }

    private Optional<AuditSettings.Webhook> webhook() {
        var url = values.value(GatewayKeys.WEBHOOK_URL);
        return url.isEmpty()
                ? Optional.empty()
                : Optional.of(new AuditSettings.Webhook(
                        url,
                        number(GatewayKeys.WEBHOOK_SENDERS),
                        values.value(GatewayKeys.WEBHOOK_FORMAT),
                        Base64.getMimeDecoder().decode(values.value(GatewayKeys.WEBHOOK_CA)),
                        values.value(GatewayKeys.WEBHOOK_INSECURE)));
    }

    private Optional<AuditSettings.LogFile> logFile() {
        var path = values.value(GatewayKeys.LOG_PATH);
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(new AuditSettings.LogFile(
                        path,
                        (long) number(GatewayKeys.LOG_MAX_SIZE) * MEBIBYTE,
                        number(GatewayKeys.LOG_MAX_BACKUPS),
                        Duration.ofDays(number(GatewayKeys.LOG_MAX_AGE))));
    }

    private int number(Key<Integer> key) {
        int set = values.value(key);
        return set == 0 ? key.defaultValue() : set;
    }
}
