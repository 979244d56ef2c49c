package io.luban.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.health.FirstListing;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the address of a ready instance of a service, for gateways that run where the cluster's own name service does not
 * reach. Reads Services, EndpointSlices and Endpoints from watches; instances take turns.
 */
public final class ServiceDirectory implements AutoCloseable {
    /** Host and port to connect to. */
    public record Address(String host, int port) {}

    /** Port number of a service → name of the port, and the outside name it may stand for. */
    private record Service(Map<Integer, String> portNames, String externalName) {}

    /** Ready addresses and the port numbers by port name. */
    private record Instances(ObjectName service, List<String> addresses, Map<String, Integer> ports) {}

    private final ProjectedCache<Service> services;
    private final ProjectedCache<Instances> slices;
    private final ProjectedCache<Instances> endpoints;
    private final Map<ObjectName, Map<ObjectName, Instances>> slicesByService = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** Begins to follow services. */
    public ServiceDirectory(KubeRest kube) {
        services = ProjectedCache.start(kube, CollectionQuery.of("/api/v1/services"), ServiceDirectory::service);
        slices = ProjectedCache.start(
                kube,
                CollectionQuery.of("/apis/discovery.k8s.io/v1/endpointslices"),
                ServiceDirectory::slice,
                this::sliceChanged);
        endpoints = ProjectedCache.start(kube, CollectionQuery.of("/api/v1/endpoints"), ServiceDirectory::endpoints);
    }

    /** An address that serves the port now; empty when the service does not exist or nothing is ready. */
    public Optional<Address> resolve(ServicePort port) {
        var name = new ObjectName(port.namespace(), port.name());
        var service = services.find(port.namespace(), port.name());
        if (service.isEmpty()) {
            return Optional.empty();
        }
        if (!service.get().externalName.isEmpty()) {
            return Optional.of(new Address(service.get().externalName, port.port()));
        }
        var portName = service.get().portNames.get(port.port());
        if (portName == null) {
            return Optional.empty();
        }
        var ready = addresses(slicesByService.getOrDefault(name, Map.of()).values(), portName);
        if (ready.isEmpty()) {
            ready = addresses(
                    endpoints.find(port.namespace(), port.name()).stream().toList(), portName);
        }
        return ready.isEmpty()
                ? Optional.empty()
                : Optional.of(ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())));
    }

    /** The port that a service's number or, where that is 0, name stands for; empty when the service has none such. */
    public Optional<ServicePort> port(String namespace, String name, int number, String portName) {
        if (number > 0) {
            return Optional.of(new ServicePort(namespace, name, number));
        }
        return services.find(namespace, name)
                .flatMap(service -> service.portNames.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(portName))
                        .findFirst()
                        .map(entry -> new ServicePort(namespace, name, entry.getKey())));
    }

    private static List<Address> addresses(Iterable<Instances> sources, String portName) {
        var addresses = new ArrayList<Address>();
        for (var instances : sources) {
            var port = instances.ports.get(portName);
            if (port != null) {
                instances.addresses.forEach(host -> addresses.add(new Address(host, port)));
            }
        }
        return addresses;
    }

    private void sliceChanged(ObjectName name, Optional<Instances> before, Optional<Instances> after) {
        before.ifPresent(old -> slicesByService.computeIfPresent(old.service, (service, known) -> {
            var rest = new HashMap<>(known);
            rest.remove(name);
            return rest.isEmpty() ? null : Map.copyOf(rest);
        }));
        after.ifPresent(now -> slicesByService.compute(now.service, (service, known) -> {
            var all = new HashMap<ObjectName, Instances>(known == null ? Map.of() : known);
            all.put(name, now);
            return Map.copyOf(all);
        }));
    }

    private static Optional<Service> service(ObjectNode object) {
        var spec = object.path("spec");
        var ports = new HashMap<Integer, String>();
        for (var port : spec.path("ports")) {
            ports.put(port.path("port").asInt(), port.path("name").asText(""));
        }
        var external = spec.path("type").asText("").equals("ExternalName")
                ? spec.path("externalName").asText("")
                : "";
        return Optional.of(new Service(Map.copyOf(ports), external));
    }

    /** Nothing answers at the addresses of simulated pods, so they are as good as not ready. */
    private static boolean isSimulated(ObjectNode object) {
        return object.path("metadata")
                .path("annotations")
                .path("kube.luban.io/simulated")
                .asText("")
                .equals("true");
    }

    private static Optional<Instances> slice(ObjectNode object) {
        var namespace = ObjectName.of(object).namespace();
        var service = object.path("metadata")
                .path("labels")
                .path("kubernetes.io/service-name")
                .asText("");
        var addresses = new ArrayList<String>();
        for (var instance : object.path("endpoints")) {
            if (instance.path("conditions").path("ready").asBoolean(true)) {
                instance.path("addresses").forEach(address -> addresses.add(address.asText()));
            }
        }
        var name = new ObjectName(namespace, service);
        return service.isEmpty() || isSimulated(object)
                ? Optional.empty()
                : Optional.of(new Instances(name, List.copyOf(addresses), ports(object.path("ports"))));
    }

    /** Endpoints of one subset each are what is written by hand; further subsets repeat the port names. */
    private static Optional<Instances> endpoints(ObjectNode object) {
        var addresses = new ArrayList<String>();
        var ports = new HashMap<String, Integer>();
        for (var subset : object.path("subsets")) {
            subset.path("addresses")
                    .forEach(address -> addresses.add(address.path("ip").asText()));
            ports.putAll(ports(subset.path("ports")));
        }
        return isSimulated(object)
                ? Optional.empty()
                : Optional.of(new Instances(ObjectName.of(object), List.copyOf(addresses), Map.copyOf(ports)));
    }

    private static Map<String, Integer> ports(JsonNode list) {
        var ports = new HashMap<String, Integer>();
        list.forEach(port ->
                ports.put(port.path("name").asText(""), port.path("port").asInt()));
        return ports;
    }

    /** What has to be listed before every service is known. */
    public List<FirstListing> firstListings() {
        return List.of(FirstListing.of(services), FirstListing.of(slices), FirstListing.of(endpoints));
    }

    @Override
    public void close() {
        services.close();
        slices.close();
        endpoints.close();
    }
}
