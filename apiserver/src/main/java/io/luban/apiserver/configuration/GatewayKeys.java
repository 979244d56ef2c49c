package io.luban.apiserver.configuration;

import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.authorization.AuthorizationMode;
import io.luban.apiserver.endpoint.ServiceRoute;
import io.luban.apiserver.kubeproxy.KubeOptions;
import io.luban.http.SourceAddresses;
import io.luban.model.ObjectNames;
import io.luban.model.ParseException;
import io.luban.model.configuration.ControllerKeys;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.Settings;
import io.luban.model.configuration.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every setting of the gateway under the name that operators of the platform know; the only place with defaults. */
public final class GatewayKeys {
    private static final String TOLD = "So far only told to pages, by `configs/configz`.";
    private static final List<Key<?>> DECLARED = new ArrayList<>();
    private static final int MANY = 1_000_000;
    private static final ValueType<AuditLevel> LEVELS = ValueType.choice(AuditLevel.class);
    /** Nothing written means what the original means by it. */
    private static final ValueType<AuditLevel> LEVEL = new ValueType<>(
            LEVELS.name(),
            node -> node.isTextual() && node.asText().isEmpty()
                    ? AuditLevel.METADATA
                    : LEVELS.reader().apply(node));

    /** Kubernetes that the gateway stands in front of. */
    public static final Key<String> KUBECONFIG = key(
            "kubernetes.kubeconfig",
            ValueType.TEXT,
            "",
            "Kubeconfig of the Kubernetes API; empty for `~/.kube/config` if there is one, else for the cluster that the"
                    + " process runs in. `luban up` has a Kubernetes API of its own.");
    /** Its address where it is another one than in the kubeconfig. */
    public static final Key<String> MASTER = key(
            "kubernetes.master",
            ValueType.TEXT.checked(GatewayKeys::url),
            "",
            "URL of the Kubernetes API in place of the one in the kubeconfig.");

    static final Key<List<String>> TRUSTED_PROXIES = key(
            "gateway.trustedProxies",
            ValueType.LIST.checked(GatewayKeys::ranges),
            "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
            "Address ranges of proxies whose headers about the client are believed. Takes effect while running. Also"
                    + " called `authentication.trustedProxies`.",
            "authentication.trustedProxies");
    static final Key<List<String>> ALLOWED_ORIGINS = key(
            "gateway.cors.allowedOrigins",
            ValueType.LIST.checked(GatewayKeys::origins),
            "",
            "Sites whose scripts may use the gateway from a browser, such as `https://console.example.org`; `*` for any,"
                    + " without credentials. Takes effect while running.");
    static final Key<Duration> DRAIN_TIMEOUT = key(
            "gateway.drainTimeout",
            ValueType.DURATION,
            "30s",
            "How long a gateway that stops waits for requests in flight.");
    static final Key<Duration> SHUTDOWN_DELAY = key(
            "gateway.shutdownDelay",
            ValueType.DURATION,
            "0s",
            "How long it still serves before that while `/readyz` says 503, so that load balancers notice.");
    static final Key<String> TRACING_ENDPOINT = key(
            "gateway.tracing.endpoint",
            ValueType.TEXT.checked(GatewayKeys::url),
            "",
            "OTLP/HTTP collector that gets a span of every request, such as `http://collector:4318`; none when empty.");
    static final Key<Double> TRACING_RATIO = key(
            "gateway.tracing.sampleRatio",
            ValueType.SHARE,
            "1",
            "Share of requests without a trace of their client's that begin a recorded one.");
    static final Key<List<String>> REVERSE_PROXY_PREFIXES = key(
            "gateway.reverseProxyPrefixes",
            ValueType.LIST,
            "/proxy,/res",
            "Paths below which ReverseProxy objects may match.");
    static final Key<Long> BODY_LIMIT = key(
            "gateway.maxBodyBytes",
            ValueType.BYTES,
            "3Mi",
            "Longest body that routes of the gateway itself read; longer ones get 413. Forwarded bodies have no limit.");
    static final Key<Boolean> TLS_INSIDE = key(
            "kubesphere.tls",
            ValueType.SWITCH,
            "false",
            "Whether gateways of member clusters speak TLS behind the service proxy of their Kubernetes API.");
    static final Key<ServiceRoute> SERVICES = key(
            "gateway.services",
            ValueType.choice(ServiceRoute.class),
            "auto",
            "How backends that are services of the cluster are reached: by their names (`dns`), at the addresses of their"
                    + " ready pods (`api`), through the Kubernetes API (`proxy`). `auto` is by name in a pod, else at those"
                    + " addresses, or through the Kubernetes API where they are out of reach.");
    static final Key<KubeOptions.Identity> KUBERNETES_IDENTITY = key(
            "gateway.kubernetesIdentity",
            ValueType.choice(KubeOptions.Identity.class),
            "serviceAccount",
            "Whether Kubernetes sees requests as the gateway's own or, by `impersonate`, as the user's.");
    static final Key<KubeOptions.Validation> VALIDATION_DIRECTIVE = key(
            "experimental.validationDirective",
            ValueType.choice(KubeOptions.Validation.class),
            "",
            "What Kubernetes does with unknown fields of requests that do not say it themselves.");
    static final Key<String> HOST_CLUSTER = key(
            "multicluster.hostClusterName",
            ValueType.TEXT.checked(GatewayKeys::qualifiedName),
            "host",
            "Name of the cluster that the platform runs on.");
    static final Key<String> CLUSTER_ROLE = key(
            "multicluster.clusterRole",
            PlatformKeys.one("", "host", "member"),
            "host",
            "Whether this is the cluster that others are managed from. " + TOLD);
    static final Key<String> CLUSTER_NAME =
            key("multicluster.clusterName", ValueType.TEXT, "", "Name of this cluster, on members. " + TOLD);
    static final Key<String> PUBLISH_SERVICE = key(
            "multicluster.proxyPublishService",
            ValueType.TEXT,
            "",
            "Service under which agents of members reach the tunnel. " + TOLD);
    static final Key<String> PUBLISH_ADDRESS = key(
            "multicluster.proxyPublishAddress",
            ValueType.TEXT,
            "",
            "Address of the same; wins over the service. " + TOLD);
    static final Key<String> AGENT_IMAGE = key(
            "multicluster.agentImage",
            ValueType.TEXT,
            "kubesphere/tower:v1.0",
            "Image of the agent on members. " + TOLD);
    static final Key<Duration> CLUSTER_RESYNC = key(
            "multicluster.clusterControllerResyncPeriod",
            ValueType.DURATION,
            "15m",
            "How often clusters are looked at anew. " + TOLD);
    static final Key<String> MEMBER_CHART =
            key("multicluster.chartPath", ValueType.TEXT, "", "Chart that is installed on members. " + TOLD);
    static final Key<AuthorizationMode> AUTHORIZATION_MODE = key(
            "authorization.mode",
            ValueType.choice(AuthorizationMode.class),
            "RBAC",
            "How requests are authorized: by roles, or (for tests) all or none of them.");
    static final Key<Integer> MAX_TRIES = key(
            "authentication.authenticateRateLimiterMaxTries",
            ValueType.number(1, MANY),
            "5",
            "Failed logins within the window that block a user. Takes effect while running.");
    static final Key<Duration> TRIES_WINDOW = key(
            "authentication.authenticateRateLimiterDuration",
            ValueType.DURATION,
            "30m",
            "Length of that window and of the block. Takes effect while running.");
    static final Key<Integer> HISTORY_ENTRIES = key(
            "authentication.loginHistoryMaximumEntries",
            ValueType.number(0, MANY),
            "100",
            "Most records of logins of a user. `ks-apiserver` only checks that it is not less than the failures that block.");
    static final Key<Boolean> MULTIPLE_LOGIN = key(
            "authentication.multipleLogin",
            ValueType.SWITCH,
            "false",
            "Whether a login leaves the user's earlier ones alone.");
    static final Key<String> ISSUER = key(
            "authentication.issuer.url",
            ValueType.TEXT,
            "http://localhost:30880",
            "Issuer of tokens. Older files call it `authentication.issuer.host`.",
            "authentication.issuer.host");
    static final Key<String> JWT_SECRET = key(
            "authentication.issuer.jwtSecret",
            ValueType.TEXT,
            "",
            "Key that signs tokens; when empty, one is made and kept in a Secret of the cluster.");
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
    static final Key<Boolean> AUDITING = key(
            "auditing.enable",
            ValueType.SWITCH,
            "false",
            "Whether requests are recorded. This and all of `auditing` takes effect while running.");
    static final Key<AuditLevel> AUDIT_LEVEL = key(
            "auditing.auditLevel",
            LEVEL,
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
    static final Key<String> WEBHOOK_CA = key(
            "auditing.webhookOptions.caBundle",
            ValueType.TEXT.checked(GatewayKeys::base64),
            "",
            "Certificates in PEM, as base64, that vouch for the server's; the system's when empty.");
    static final Key<Boolean> CLUSTER_EVENTS = key(
            "auditing.events.enable",
            ValueType.SWITCH,
            "false",
            "Whether changes and refusals are written as Kubernetes Events too.");
    static final Key<Integer> CLUSTER_EVENTS_RATE = key(
            "auditing.events.perMinute",
            ValueType.number(1, 6000),
            "60",
            "Most Events in a minute; further ones are left out.");
    static final Key<Integer> RECENT_EVENTS = key(
            "auditing.recentEvents",
            ValueType.number(0, 10_000),
            "1000",
            "How many of the last audit events of this process are kept in memory, to be read at"
                    + " `/kapis/auditing.kubesphere.io/v1alpha1/events`; 0 for none.");
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

    /** All of them in the order of the reference, those of the controllers and those that nobody reads at the end. */
    public static List<Key<?>> all() {
        var all = new ArrayList<>(heeded());
        all.addAll(ControllerKeys.all());
        all.addAll(PlatformKeys.UNREAD_KEYS);
        return all;
    }

    /** Sentences on settings that are made but change nothing, for the start to tell. */
    public static List<String> unread(Settings settings) {
        return Stream.concat(CacheKeys.unread(settings).stream(), PlatformKeys.unread(settings).stream())
                .toList();
    }

    /** Those that the gateway heeds. */
    static List<Key<?>> heeded() {
        return Stream.concat(DECLARED.stream(), CacheKeys.ALL.stream()).toList();
    }

    private static <T> Key<T> key(String name, ValueType<T> type, String standard, String meaning, String... aliases) {
        var key = new Key<>(name, type, standard, meaning, List.of(aliases));
        DECLARED.add(key);
        return key;
    }

    private static Optional<String> url(String text) {
        return text.isEmpty() || text.matches("https?://[^/\\s@]+(/\\S*)?")
                ? Optional.empty()
                : Optional.of("must be an http or https URL");
    }

    private static Optional<String> qualifiedName(String text) {
        return text.isEmpty()
                ? Optional.empty()
                : ObjectNames.qualifiedName(text).stream().findFirst();
    }

    private static Optional<String> ranges(List<String> texts) {
        try {
            new SourceAddresses(texts).trust(texts);
            return Optional.empty();
        } catch (ParseException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> origins(List<String> texts) {
        return texts.stream()
                .filter(text -> !text.equals("*") && !text.matches("https?://[^/\\s@]+"))
                .findFirst()
                .map(text -> "\"%s\" must be an origin such as https://console.example.org".formatted(text));
    }

    static Optional<String> base64(String text) {
        try {
            Base64.getMimeDecoder().decode(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("must be base64");
        }
    }
}
