package io.luban.embeddedkube.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.SimulationMark;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds out where a Service really is. Backends of the same Service take turns. Reads the store at every call: a decision
 * is never older than the last commit. Safe for use from any thread, never blocks.
 */
public final class ServiceResolver {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Store store;
    private final LocalServices local;
    private final Map<String, String> configured;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * {@code configured} holds URLs by {@code name.namespace.svc:port} or {@code namespace/name:port}; throws {@link
     * IllegalArgumentException} when one of them is no URL of an HTTP server.
     */
    public ServiceResolver(Store store, LocalServices local, Map<String, String> configured) {
        this.store = store;
        this.local = local;
        this.configured = Map.copyOf(configured);
        this.configured.values().forEach(url -> ServiceBackend.of(url, ""));
    }

    /** Where to connect for a port of a Service. */
    public Resolution resolve(ServicePort wanted) {
        var service = store.get(new ObjectKey(SERVICES, wanted.namespace(), wanted.name()));
        var declared = service.flatMap(found -> declared(found, wanted.port()));
        var elsewhere = elsewhere(wanted, declared);
        if (elsewhere.isPresent()) {
            return new Resolution.Found(elsewhere.get());
        }
        if (service.isEmpty()) {
            return new Resolution.NoService();
        }
        if (Trees.text(service.get().tree(), "spec", "type").equals("ExternalName")) {
            return external(service.get().tree(), wanted, declared);
        }
        if (declared.isEmpty()) {
            return new Resolution.NoPort();
        }
        var addresses = addresses(service.get(), Trees.text(declared.get(), "name"));
        if (addresses.isEmpty()) {
            return new Resolution.NoEndpoints();
        }
        var next = addresses.get(Math.floorMod(turn.getAndIncrement(), addresses.size()));
        return new Resolution.Found(new ServiceBackend("", next.host(), next.port(), "", wanted.serverName()));
    }

    private record Address(String host, int port) {}

    /** A port may be registered or configured by its number or its name. */
    private Optional<ServiceBackend> elsewhere(ServicePort wanted, Optional<JsonNode> declared) {
        var names = new ArrayList<String>();
        names.add(wanted.port());
        declared.ifPresent(port -> {
            names.add(port.path("port").asText());
            names.add(Trees.text(port, "name"));
        });
        for (var name : names) {
            var port = new ServicePort(wanted.namespace(), wanted.name(), name);
            var found = local.find(port).or(() -> configured(port));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<ServiceBackend> configured(ServicePort port) {
        return Optional.ofNullable(configured.get(port.serverName() + ":" + port.port()))
                .or(() -> Optional.ofNullable(configured.get(port.namespace() + "/" + port.name() + ":" + port.port())))
                .map(url -> ServiceBackend.of(url, port.serverName()));
    }

    private static Resolution external(JsonNode service, ServicePort wanted, Optional<JsonNode> declared) {
        int port = declared.map(found -> found.path("port").asInt()).orElseGet(() -> number(wanted.port()));
        var host = Trees.text(service, "spec", "externalName");
        return port > 0 && !host.isEmpty()
                ? new Resolution.Found(new ServiceBackend("", host, port, "", wanted.serverName()))
                : new Resolution.NoPort();
    }

    private static int number(String port) {
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Optional<JsonNode> declared(StoredObject service, String port) {
        for (var candidate : Trees.at(service.tree(), "spec", "ports")) {
            if (candidate.path("port").asText().equals(port)
                    || Trees.text(candidate, "name").equals(port)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private List<Address> addresses(StoredObject service, String portName) {
        var namespace = service.key().namespace();
        var result = new ArrayList<Address>();
        for (var slice : store.snapshot(SLICES).inNamespace(namespace)) {
            if (service.key().name().equals(slice.labels().get(SERVICE_NAME))) {
                collect(slice.tree(), portName, namespace, result);
            }
        }
        return result;
    }

    private void collect(JsonNode slice, String portName, String namespace, List<Address> result) {
        for (var port : slice.path("ports")) {
            if (!Trees.text(port, "name").equals(portName)) {
                continue;
            }
            for (var endpoint : slice.path("endpoints")) {
                if (Trees.at(endpoint, "conditions", "ready").asBoolean(true) && isReal(endpoint, namespace)) {
                    result.add(new Address(
                            endpoint.path("addresses").path(0).asText(),
                            port.path("port").asInt()));
                }
            }
        }
    }

    private boolean isReal(JsonNode endpoint, String namespace) {
        if (!Trees.text(endpoint, "targetRef", "kind").equals("Pod")) {
            return true;
        }
        return store.get(new ObjectKey(PODS, namespace, Trees.text(endpoint, "targetRef", "name")))
                .map(pod -> !SimulationMark.isOn(pod.tree()))
                .orElse(false);
    }
}
