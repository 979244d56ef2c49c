package io.luban.standalone.process;

import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.model.configuration.Key;
import java.util.List;
import java.util.Optional;

/**
 * An option of a command.
 *
 * @param name without the leading dashes
 * @param isSwitch whether it may stand without a value, which means {@code true}
 * @param key name of the setting that it sets, {@code ""} for none
 * @param standard value that holds without it where it sets nothing
 */
public record Flag(String name, boolean isSwitch, String key, String standard, String meaning) {
    private static final String COMPATIBILITY = "taken for compatibility; the log goes to standard error";

    /** Those that say where settings and the cluster are. */
    public static final List<Flag> CLUSTER = List.of(
            own("config", "", "configuration file in place of the usual places"),
            setting("kubeconfig", "kubernetes.kubeconfig"),
            setting("master", "kubernetes.master"));

    /** Those about logins and tokens. */
    public static final List<Flag> AUTHENTICATION = List.of(
            setting("authenticate-rate-limiter-max-retries", "authentication.authenticateRateLimiterMaxTries"),
            setting("authenticate-rate-limiter-duration", "authentication.authenticateRateLimiterDuration"),
            toggle("multiple-login", "authentication.multipleLogin"),
            setting("jwt-secret", "authentication.issuer.jwtSecret"),
            setting("login-history-retention-period", "authentication.loginHistoryRetentionPeriod"),
            setting("login-history-maximum-entries", "authentication.loginHistoryMaximumEntries"),
            setting("access-token-max-age", "authentication.issuer.accessTokenMaxAge"),
            setting("maximum-clock-skew", "authentication.issuer.maximumClockSkew"));

    /** Those about clusters. */
    public static final List<Flag> MULTICLUSTER = List.of(
            setting("proxy-publish-service", "multicluster.proxyPublishService"),
            setting("proxy-publish-address", "multicluster.proxyPublishAddress"),
            setting("agent-image", "multicluster.agentImage"),
            setting("cluster-controller-resync-period", "multicluster.clusterControllerResyncPeriod"),
            setting("host-cluster-name", "multicluster.hostClusterName"));

    /** Those about the log. */
    public static final List<Flag> LOGGING = List.of(
            own("v", "0", "detail of the log; from 4 on every request has a line, from 6 on parts tell more"),
            new Flag("debug", true, "", "false", "taken for compatibility, changes nothing"),
            taken("vmodule", false),
            taken("logtostderr", true),
            taken("alsologtostderr", true),
            taken("stderrthreshold", false),
            taken("log-dir", false),
            taken("log-file", false),
            taken("log-file-max-size", false),
            taken("log-backtrace-at", false),
            taken("log-flush-frequency", false),
            taken("add-dir-header", true),
            taken("skip-headers", true),
            taken("skip-log-headers", true),
            taken("one-output", true));

    /** An option with a value that sets no key. */
    public static Flag own(String name, String standard, String meaning) {
        return new Flag(name, false, "", standard, meaning);
    }

    /** An option for a setting. */
    public static Flag setting(String name, String key) {
        return new Flag(name, false, key, "", "sets " + key);
    }

    /** An option for a setting that is on or off. */
    public static Flag toggle(String name, String key) {
        return new Flag(name, true, key, "", "sets " + key);
    }

    private static Flag taken(String name, boolean isSwitch) {
        return new Flag(name, isSwitch, "", "", COMPATIBILITY);
    }

    /** One list of several. */
    public static List<Flag> joined(List<List<Flag>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    /** The declaration of the setting. */
    public Optional<Key<?>> declared() {
        return GatewayKeys.all().stream()
                .filter(declared -> declared.name().equals(key))
                .findFirst();
    }
}
