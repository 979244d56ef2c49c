package io.luban.standalone.apiserver;

import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.model.configuration.Key;
import java.util.List;
import java.util.Optional;

/**
 * An option of the command.
 *
 * @param name without the leading dashes
 * @param isSwitch whether it may stand without a value, which means {@code true}
 * @param key name of the setting that it sets, {@code ""} for none
 * @param standard value that holds without it where it sets nothing
 */
record Flag(String name, boolean isSwitch, String key, String standard, String meaning) {
    static final List<Flag> ALL = List.of(
            own("config", "", "configuration file in place of the usual places"),
            own("bind-address", "0.0.0.0", "address to listen on"),
            own("insecure-port", "9090", "port for plain HTTP, used when secure-port is 0"),
            own("secure-port", "0", "port for TLS; 0 for none"),
            own("tls-cert-file", "", "certificate chain in PEM; read again when it changes"),
            own("tls-private-key", "", "its key in PEM; read again when it changes"),
            setting("kubeconfig", "kubernetes.kubeconfig"),
            setting("master", "kubernetes.master"),
            setting("authenticate-rate-limiter-max-retries", "authentication.authenticateRateLimiterMaxTries"),
            setting("authenticate-rate-limiter-duration", "authentication.authenticateRateLimiterDuration"),
            toggle("multiple-login", "authentication.multipleLogin"),
            setting("jwt-secret", "authentication.issuer.jwtSecret"),
            setting("login-history-retention-period", "authentication.loginHistoryRetentionPeriod"),
            setting("login-history-maximum-entries", "authentication.loginHistoryMaximumEntries"),
            setting("access-token-max-age", "authentication.issuer.accessTokenMaxAge"),
            setting("maximum-clock-skew", "authentication.issuer.maximumClockSkew"),
            setting("authorization", "authorization.mode"),
            setting("proxy-publish-service", "multicluster.proxyPublishService"),
            setting("proxy-publish-address", "multicluster.proxyPublishAddress"),
            setting("agent-image", "multicluster.agentImage"),
            setting("cluster-controller-resync-period", "multicluster.clusterControllerResyncPeriod"),
            setting("host-cluster-name", "multicluster.hostClusterName"),
            toggle("auditing-enabled", "auditing.enable"),
            setting("auditing-event-batch-size", "auditing.eventBatchSize"),
            setting("auditing-event-batch-interval", "auditing.eventBatchInterval"),
            setting("auditing-webhook-url", "auditing.webhookOptions.webhookUrl"),
            setting("auditing-event-senders-num", "auditing.webhookOptions.eventSendersNum"),
            setting("audit-log-path", "auditing.logOptions.path"),
            setting("audit-log-maxage", "auditing.logOptions.maxAge"),
            setting("audit-log-maxbackup", "auditing.logOptions.maxBackups"),
            setting("audit-log-maxsize", "auditing.logOptions.maxSize"),
            own("v", "0", "detail of the log; from 4 on every request has a line, from 6 on parts tell more"),
            new Flag("debug", true, "", "false", "taken for compatibility, changes nothing"),
            taken("vmodule"),
            takenSwitch("logtostderr"),
            takenSwitch("alsologtostderr"),
            taken("stderrthreshold"),
            taken("log-dir"),
            taken("log-file"),
            taken("log-file-max-size"),
            taken("log-backtrace-at"),
            taken("log-flush-frequency"),
            takenSwitch("add-dir-header"),
            takenSwitch("skip-headers"),
            takenSwitch("skip-log-headers"),
            takenSwitch("one-output"));

    private static final String COMPATIBILITY = "taken for compatibility; the log goes to standard error";

    private static Flag own(String name, String standard, String meaning) {
        return new Flag(name, false, "", standard, meaning);
    }

    private static Flag setting(String name, String key) {
        return new Flag(name, false, key, "", "sets " + key);
    }

    private static Flag toggle(String name, String key) {
        return new Flag(name, true, key, "", "sets " + key);
    }

    private static Flag taken(String name) {
        return new Flag(name, false, "", "", COMPATIBILITY);
    }

    private static Flag takenSwitch(String name) {
        return new Flag(name, true, "", "", COMPATIBILITY);
    }

    static Optional<Flag> named(String name) {
        return ALL.stream().filter(flag -> flag.name.equals(name)).findFirst();
    }

    /** The declaration of the setting. */
    Optional<Key<?>> declared() {
        return GatewayKeys.all().stream()
                .filter(declared -> declared.name().equals(key))
                .findFirst();
    }
}
