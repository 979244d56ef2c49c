package io.luban.embeddedkube.configuration;

import java.util.List;
import java.util.Map;

/**
 * Values that were set; what was not has its default.
 *
 * @param unknown sentences on keys that nobody reads, each with the nearest known one
 */
public record Settings(Map<String, Object> values, List<String> unknown) {
    /** Defensive copies. */
    public Settings {
        values = Map.copyOf(values);
        unknown = List.copyOf(unknown);
    }

    /** Nothing set. */
    public static Settings defaults() {
        return new Settings(Map.of(), List.of());
    }

    /** The listener. */
    public ServingSettings serving() {
        return new ServingSettings(
                value(KubeKeys.BIND_ADDRESS),
                value(KubeKeys.SECURE_PORT),
                value(KubeKeys.EXTERNAL_ADDRESS),
                value(KubeKeys.EXTERNAL_NAMES),
                value(KubeKeys.MAX_REQUEST_BYTES),
                value(KubeKeys.ALLOWED_ORIGINS));
    }

    /** Addresses of Services. */
    public NetworkSettings network() {
        return new NetworkSettings(
                value(KubeKeys.SERVICE_CIDR), value(KubeKeys.NODE_PORT_RANGE), value(KubeKeys.SERVICE_ENDPOINTS));
    }

    /** Further credentials. */
    public IdentitySettings identity() {
        return new IdentitySettings(value(KubeKeys.TOKEN_FILE), value(KubeKeys.FRONT_PROXY_CA));
    }

    /** Behaviour of the API. */
    public ApiSettings api() {
        return new ApiSettings(
                value(KubeKeys.EVENT_TTL),
                value(KubeKeys.CEL),
                value(KubeKeys.CONVERSION_FALLBACK),
                value(KubeKeys.UNREACHABLE_SERVICE),
                value(KubeKeys.WORKLOAD_CONTROLLERS));
    }

    /** Workloads without a kubelet. */
    public SimulationSettings simulation() {
        return new SimulationSettings(
                value(KubeKeys.SIMULATION_ENABLED),
                value(KubeKeys.SIMULATION_DELAY),
                value(KubeKeys.SIMULATION_NODES),
                value(KubeKeys.SIMULATION_POD_CIDR));
    }

    /** The store. */
    public StoreSettings store() {
        return new StoreSettings(
                value(KubeKeys.STORE_FSYNC),
                value(KubeKeys.STORE_SEGMENT_BYTES),
                value(KubeKeys.STORE_WINDOW_EVENTS),
                value(KubeKeys.STORE_WINDOW_TIME),
                value(KubeKeys.STORE_ENCRYPTION_KEY_FILE));
    }

    /** The audit log. */
    public AuditSettings audit() {
        return new AuditSettings(
                value(KubeKeys.AUDIT_PATH), value(KubeKeys.AUDIT_LEVEL), value(KubeKeys.AUDIT_MAX_SIZE));
    }

    @SuppressWarnings("unchecked") // values are read by the type of their key
    private <T> T value(Key<T> key) {
        var set = values.get(key.name());
        return set == null ? key.defaultValue() : (T) set;
    }
}
