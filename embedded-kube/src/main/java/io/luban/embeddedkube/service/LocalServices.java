package io.luban.embeddedkube.service;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Services that parts of this process stand behind, although no pod does. Each part registers the address of its own
 * listener; the Service object itself need not exist. Safe for use from any thread.
 */
public final class LocalServices {
    private final Map<ServicePort, ServiceBackend> backends = new ConcurrentHashMap<>();

    /** Starts with none. */
    public LocalServices() {}

    /** Makes {@code url} the backend of a port, until the returned handle is closed. */
    public AutoCloseable register(ServicePort port, URI url) {
        var backend = ServiceBackend.of(url.toString(), port.serverName());
        backends.put(port, backend);
        return () -> backends.remove(port, backend);
    }

    Optional<ServiceBackend> find(ServicePort port) {
        return Optional.ofNullable(backends.get(port));
    }
}
