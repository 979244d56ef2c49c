package io.luban.apiserver.configuration;

import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authorization.AuthorizationMode;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every setting of the gateway under the name that operators of the platform know; the only place with defaults. */
public final class GatewayKeys {
    private static final List<Key<?>> DECLARED = new ArrayList<>();
    private static final int MANY = 1_000_000;

    static final Key<List<String>> TRUSTED_PROXIES = key(
            "gateway.trustedProxies",
            ValueType.LIST,
            "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
            "Address ranges of proxies whose headers about the client are believed.");
    static final Key<List<String>> REVERSE_PROXY_PREFIXES = key(
            "gateway.reverseProxyPrefixes",
            ValueType.LIST,
            "/proxy,/res",
            "Paths below which ReverseProxy objects may match.");
    static final Key<String> HOST_CLUSTER = key(
            "multicluster.hostClusterName", ValueType.TEXT, "host", "Name of the cluster that the platform runs on.");
    static final Key<AuthorizationMode> AUTHORIZATION_MODE = key(
            "authorization.mode",
            ValueType.choice(AuthorizationMode.class),
            "RBAC",
            "How requests are authorized: by roles, or (for tests) all or none of them.");
    static final Key<Integer> MAX_TRIES = key(
            "authentication.authenticateRateLimiterMaxTries",
            ValueType.number(1, MANY),
            "5",
            "Failed logins within the window that block a user.");
    static final Key<Duration> TRIES_WINDOW = key(
            "authentication.authenticateRateLimiterDuration",
            ValueType.DURATION,
            "30m",
            "Length of that window and of the block.");
    static final Key<Boolean> MULTIPLE_LOGIN = key(
            "authentication.multipleLogin",
            ValueType.SWITCH,
            "false",
            "Whether a login leaves the user's earlier ones alone.");
    static final Key<String> ISSUER =
            key("authentication.issuer.url", ValueType.TEXT, "http://localhost:30880", "Issuer of tokens.");
    static final Key<Duration> ACCESS_TOKEN_MAX_AGE = key(
            "authentication.issuer.accessTokenMaxAge",
            ValueType.DURATION,
            "2h",
            "Life of access tokens; 0 for tokens that never end.");
    static final Key<Duration> INACTIVITY_TIMEOUT = key(
            "authentication.issuer.accessTokenInactivityTimeout",
            ValueType.DURATION,
            "2h",
            "Time after the end of an access token in which it can be refreshed.");
    static final Key<Duration> CLOCK_SKEW = key(
            "authentication.issuer.maximumClockSkew",
            ValueType.DURATION,
            "10s",
            "How far in the future a token may claim to be issued.");
    static final Key<Boolean> AUDITING =
            key("auditing.enable", ValueType.SWITCH, "false", "Whether requests are recorded.");
    static final Key<AuditLevel> AUDIT_LEVEL = key(
            "auditing.auditLevel",
            ValueType.choice(AuditLevel.class),
            "Metadata",
            "How much of each request is recorded; bodies that carry credentials are not.");
    static final Key<Integer> BATCH_SIZE =
            key("auditing.eventBatchSize", ValueType.number(0, 10_000), "100", "Most events delivered at once.");
    static final Key<Duration> BATCH_INTERVAL = key(
            "auditing.eventBatchInterval", ValueType.DURATION, "3s", "Longest time that an event waits for others.");
    static final Key<Long> MAX_BODY_BYTES =
            key("auditing.maxBodyBytes", ValueType.BYTES, "1Mi", "Bodies that are longer are not recorded.");
    static final Key<Boolean> INCLUDE_SECRETS = key(
            "auditing.includeSecrets",
            ValueType.SWITCH,
            "false",
            "Whether bodies that carry credentials are recorded too.");
    static final Key<Boolean> AUDIT_DENIED =
            key("auditing.auditDenied", ValueType.SWITCH, "false", "Whether refused requests are recorded too.");
    static final Key<List<String>> OMIT_VERBS =
            key("auditing.omitVerbs", ValueType.LIST, "", "Verbs that are not recorded.");
    static final Key<List<String>> OMIT_PATHS =
            key("auditing.omitPaths", ValueType.LIST, "", "Paths that are not recorded, exact or with a trailing `*`.");
    static final Key<String> WEBHOOK_URL = key(
            "auditing.webhookOptions.webhookUrl",
            ValueType.TEXT.checked(GatewayKeys::url),
            "",
            "Server that events are posted to; none when empty.");
    static final Key<Integer> WEBHOOK_SENDERS = key(
            "auditing.webhookOptions.eventSendersNum",
            ValueType.number(0, 10_000),
            "100",
            "Most deliveries at the same time.");
    static final Key<AuditSettings.Format> WEBHOOK_FORMAT = key(
            "auditing.webhookOptions.format",
            ValueType.choice(AuditSettings.Format.class),
            "concat",
            "How events are put into one body: one after the other, as an array, or as `Items` of an object.");
    static final Key<Boolean> WEBHOOK_INSECURE = key(
            "auditing.webhookOptions.insecureSkipVerify",
            ValueType.SWITCH,
            "true",
            "Whether the server's certificate is taken as it is.");
    static final Key<String> LOG_PATH = key(
            "auditing.logOptions.path",
            ValueType.TEXT,
            "",
            "File for one event a line, `-` for standard output; none when empty.");
    static final Key<Integer> LOG_MAX_AGE =
            key("auditing.logOptions.maxAge", ValueType.number(0, MANY), "7", "Days that files put aside are kept.");
    static final Key<Integer> LOG_MAX_BACKUPS =
            key("auditing.logOptions.maxBackups", ValueType.number(0, MANY), "10", "Most files kept aside.");
    static final Key<Integer> LOG_MAX_SIZE = key(
            "auditing.logOptions.maxSize", ValueType.number(0, MANY), "100", "Mebibytes at which a file is put aside.");

    private GatewayKeys() {}

    /** All of them in the order of the reference. */
    public static List<Key<?>> all() {
        return List.copyOf(DECLARED);
    }

    private static <T> Key<T> key(String name, ValueType<T> type, String standard, String meaning) {
        var key = new Key<>(name, type, standard, meaning);
        DECLARED.add(key);
        return key;
    }

    private static Optional<String> url(String text) {
        return text.isEmpty() || text.matches("https?://[^/\\s@]+(/\\S*)?")
                ? Optional.empty()
                : Optional.of("must be an http or https URL");
    }
}
