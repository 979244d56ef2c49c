package io.luban.embeddedkube.configuration;

import io.luban.model.configuration.Settings;

/** The settings of the embedded API server, section by section. */
public record KubeSettings(Settings values) {
    /** The listener. */
    public ServingSettings serving() {
        return new ServingSettings(
                values.value(KubeKeys.BIND_ADDRESS),
                values.value(KubeKeys.SECURE_PORT),
                values.value(KubeKeys.EXTERNAL_ADDRESS),
                values.value(KubeKeys.EXTERNAL_NAMES),
                values.value(KubeKeys.MAX_REQUEST_BYTES),
                values.value(KubeKeys.ALLOWED_ORIGINS));
    }

    /** Addresses of Services. */
    public NetworkSettings network() {
        return new NetworkSettings(
                values.value(KubeKeys.SERVICE_CIDR),
                values.value(KubeKeys.NODE_PORT_RANGE),
                values.value(KubeKeys.SERVICE_ENDPOINTS));
    }

    /** Further credentials. */
    public IdentitySettings identity() {
        return new IdentitySettings(values.value(KubeKeys.TOKEN_FILE), values.value(KubeKeys.FRONT_PROXY_CA));
    }

    /** Behaviour of the API. */
    public ApiSettings api() {
        return new ApiSettings(
                values.value(KubeKeys.EVENT_TTL),
                values.value(KubeKeys.CEL),
                values.value(KubeKeys.CONVERSION_FALLBACK),
                values.value(KubeKeys.UNREACHABLE_SERVICE),
                values.value(KubeKeys.WORKLOAD_CONTROLLERS));
    }

    /** Workloads without a kubelet. */
    public SimulationSettings simulation() {
        return new SimulationSettings(
                values.value(KubeKeys.SIMULATION_ENABLED),
                values.value(KubeKeys.SIMULATION_DELAY),
                values.value(KubeKeys.SIMULATION_NODES),
                values.value(KubeKeys.SIMULATION_POD_CIDR));
    }

    /** The store. */
    public StoreSettings store() {
        return new StoreSettings(
                values.value(KubeKeys.STORE_FSYNC),
                values.value(KubeKeys.STORE_SEGMENT_BYTES),
                values.value(KubeKeys.STORE_WINDOW_EVENTS),
                values.value(KubeKeys.STORE_WINDOW_TIME),
                values.value(KubeKeys.STORE_ENCRYPTION_KEY_FILE));
    }

    /** The audit log. */
    public AuditSettings audit() {
        return new AuditSettings(
                values.value(KubeKeys.AUDIT_PATH),
                values.value(KubeKeys.AUDIT_LEVEL),
                values.value(KubeKeys.AUDIT_MAX_SIZE));
    }
}
