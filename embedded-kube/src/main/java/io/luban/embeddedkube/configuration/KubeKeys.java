package io.luban.embeddedkube.configuration;

import io.luban.embeddedkube.network.AddressRange;
import io.luban.model.configuration.Key;
import io.luban.model.configuration.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every setting of the embedded API server; the only place with defaults. */
public final class KubeKeys {
    private static final List<Key<?>> DECLARED = new ArrayList<>();
    private static final ValueType<ExternalAddress> ADDRESS =
            ValueType.parsed("host or host:port", ExternalAddress::parse);
    private static final ValueType<PortRange> PORTS = ValueType.parsed("port range (`30000-32767`)", PortRange::parse);
    private static final ValueType<String> RANGE = ValueType.TEXT.checked(KubeKeys::range);

    static final Key<String> BIND_ADDRESS =
            key("kube.bindAddress", ValueType.TEXT, "127.0.0.1", "Address of the TLS listener.");
    static final Key<Integer> SECURE_PORT = key(
            "kube.securePort", ValueType.number(0, 65_535), "6443", "Port of the TLS listener; 0 takes any free one.");
    static final Key<Optional<ExternalAddress>> EXTERNAL_ADDRESS = key(
            "kube.externalAddress",
            ADDRESS.optional(),
            "",
            "Host, or host:port, under which other machines reach the API; gets its own kubeconfig"
                    + " (`kubeconfig-external`) and a name in the serving certificate.");
    static final Key<List<String>> EXTERNAL_NAMES = key(
            "kube.externalNames", ValueType.LIST, "", "Further DNS names and addresses for the serving certificate.");
    static final Key<String> SERVICE_CIDR =
            key("kube.serviceCidr", RANGE, "10.96.0.0/16", "IPv4 range of cluster IPs.");
    static final Key<PortRange> NODE_PORT_RANGE =
            key("kube.nodePortRange", PORTS, "30000-32767", "Ports that Services of type NodePort get.");
    static final Key<Long> MAX_REQUEST_BYTES = key(
            "kube.maxRequestBytes",
            ValueType.BYTES.checked(size -> between(size, 64 * 1024, 1L << 30)),
            "3Mi",
            "Largest request body; larger ones get 413.");
    static final Key<Duration> EVENT_TTL = key("kube.eventTtl", ValueType.DURATION, "1h", "Age at which Events go.");
    static final Key<Expressions> CEL = key(
            "kube.cel",
            ValueType.choice(Expressions.class),
            "auto",
            "Whether CEL rules of custom resources and admission policies are evaluated.");
    static final Key<ConversionFallback> CONVERSION_FALLBACK = key(
            "kube.conversionFallback",
            ValueType.choice(ConversionFallback.class),
            "asNone",
            "What happens when a conversion webhook has no backend: rewrite only `apiVersion`, or fail.");
    static final Key<Boolean> WORKLOAD_CONTROLLERS = key(
            "kube.workloadControllers",
            ValueType.SWITCH,
            "true",
            "Whether Deployments, StatefulSets, DaemonSets, Jobs and CronJobs create what they describe.");
    static final Key<Optional<Path>> TOKEN_FILE = key(
            "kube.tokenFile",
            ValueType.PATH.optional(),
            "",
            "File with lines `token,user,uid,\"group1,group2\"`: static bearer tokens.");
    static final Key<Optional<Path>> FRONT_PROXY_CA = key(
            "kube.frontProxyCa",
            ValueType.PATH.optional(),
            "",
            "PEM certificate of the authority whose client certificates may name a user in `X-Remote-User`.");
    static final Key<List<String>> ALLOWED_ORIGINS = key(
            "kube.allowedOrigins",
            ValueType.LIST,
            "",
            "Origins of browser pages that may open WebSockets besides the server's own; `*` for all.");
    static final Key<Boolean> SIMULATION_ENABLED = key(
            "kube.simulation.enabled",
            ValueType.SWITCH,
            "true",
            "Whether workloads become ready although no kubelet runs them.");
    static final Key<Duration> SIMULATION_DELAY =
            key("kube.simulation.delay", ValueType.DURATION, "1s", "Time between the stages of a simulated workload.");
    static final Key<Integer> SIMULATION_NODES =
            key("kube.simulation.nodes", ValueType.number(0, 1_000), "0", "Number of simulated Nodes.");
    static final Key<String> SIMULATION_POD_CIDR =
            key("kube.simulation.podCidr", RANGE, "10.244.0.0/16", "IPv4 range of the addresses of simulated Pods.");
    static final Key<UnreachableService> UNREACHABLE_SERVICE = key(
            "kube.webhooks.unreachableService",
            ValueType.choice(UnreachableService.class),
            "skip",
            "Whether an admission webhook without a running backend is left out or judged by its failure policy.");
    static final Key<Map<String, String>> SERVICE_ENDPOINTS = key(
            "kube.serviceEndpoints",
            ValueType.MAP,
            "",
            "URLs of backends that run elsewhere, by `name.namespace.svc:port` of the Service.");
    static final Key<Fsync> STORE_FSYNC = key(
            "kube.store.fsync",
            ValueType.choice(Fsync.class),
            "group",
            "When writes are flushed to disk: each by itself, in groups, or (for tests) never.");
    static final Key<Long> STORE_SEGMENT_BYTES = key(
            "kube.store.segmentBytes",
            ValueType.BYTES.checked(size -> between(size, 1024 * 1024, 1L << 32)),
            "64Mi",
            "Size of the write-ahead log at which it is merged into the database.");
    static final Key<Integer> STORE_WINDOW_EVENTS = key(
            "kube.store.windowEvents",
            ValueType.number(100, 10_000_000),
            "10000",
            "Events per resource that watches can resume from.");
    static final Key<Duration> STORE_WINDOW_TIME = key(
            "kube.store.windowTime",
            ValueType.DURATION,
            "5m",
            "Age up to which events are kept for watches, if that is more than `kube.store.windowEvents`.");
    static final Key<Optional<Path>> STORE_ENCRYPTION_KEY_FILE = key(
            "kube.store.encryptionKeyFile",
            ValueType.PATH.optional(),
            "",
            "File with the key (32 bytes, base64 or hexadecimal) that encrypts Secrets at rest; further lines hold former keys, `plain` as the first line decrypts. Not encrypted when empty.");
    static final Key<Optional<Path>> AUDIT_PATH = key(
            "kube.audit.path",
            ValueType.PATH.optional(),
            "",
            "Audit log of JSON lines, relative to the data folder; no log when empty.");
    static final Key<AuditLevel> AUDIT_LEVEL = key(
            "kube.audit.level",
            ValueType.choice(AuditLevel.class),
            "Metadata",
            "How much of each request is kept; bodies of Secrets and tokens never are.");
    static final Key<Long> AUDIT_MAX_SIZE = key(
            "kube.audit.maxSize",
            ValueType.BYTES.checked(size -> between(size, 4 * 1024, 1L << 40)),
            "100Mi",
            "Size at which the audit log is put aside and a new one begun; one old file is kept.");

    private KubeKeys() {}

    /** All of them in the order of the reference. */
    public static List<Key<?>> all() {
        return List.copyOf(DECLARED);
    }

    private static <T> Key<T> key(String name, ValueType<T> type, String standard, String meaning) {
        var key = new Key<>(name, type, standard, meaning);
        DECLARED.add(key);
        return key;
    }

    private static Optional<String> range(String text) {
        try {
            AddressRange.parse(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> between(long size, long smallest, long largest) {
        return size >= smallest && size <= largest
                ? Optional.empty()
                : Optional.of("must be between %d and %d bytes".formatted(smallest, largest));
    }
}
