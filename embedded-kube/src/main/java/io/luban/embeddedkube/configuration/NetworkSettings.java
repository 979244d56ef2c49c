package io.luban.embeddedkube.configuration;

import java.util.Map;

/**
 * Addresses of Services.
 *
 * @param serviceCidr range of cluster IPs
 * @param nodePortRange ports that Services of type NodePort get
 * @param serviceEndpoints URLs of backends by {@code name.namespace.svc:port}, in place of what EndpointSlices say
 */
public record NetworkSettings(String serviceCidr, PortRange nodePortRange, Map<String, String> serviceEndpoints) {
    /** Defensive copy. */
    public NetworkSettings {
        serviceEndpoints = Map.copyOf(serviceEndpoints);
    }
}
