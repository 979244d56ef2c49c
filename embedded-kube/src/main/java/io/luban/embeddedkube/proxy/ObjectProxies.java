package io.luban.embeddedkube.proxy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.request.Connector;
import io.luban.embeddedkube.request.Connector.Connection;
import io.luban.embeddedkube.service.Resolution;
import io.luban.embeddedkube.service.ServiceBackend;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.SimulationMark;
import io.luban.embeddedkube.tree.Trees;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.net.InetAddress;
import java.util.Map;

/** The {@code proxy} subresources of Services, pods and nodes. */
public final class ObjectProxies {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final int USUAL_PORT = 80;

    private final Store store;
    private final ServiceResolver services;

    private ObjectProxies(Store store, ServiceResolver services) {
        this.store = store;
        this.services = services;
    }

    /** The proxies by the place where they are served. */
    public static Map<Endpoint, Connector> of(Store store, ServiceResolver services) {
        var proxies = new ObjectProxies(store, services);
        return Map.of(
                new Endpoint("", "services", "proxy"), proxies::service,
                new Endpoint("", "pods", "proxy"), proxies::pod,
                new Endpoint("", "nodes", "proxy"), proxies::node);
    }

    private Reply service(Connection connection) {
        var wanted = SchemeNamePort.parse(connection.name(), "service");
        var port = new ServicePort(connection.namespace(), wanted.name(), wanted.port());
        return switch (services.resolve(port)) {
            case Resolution.Found found -> ProxyRequest.forward(connection, found.backend(), wanted.isTls());
            case Resolution.NoService none -> throw ApiException.notFound(SERVICES, wanted.name());
            case Resolution.NoPort none -> throw noPort(connection, wanted);
            case Resolution.NoEndpoints none -> throw noEndpoints("service", wanted.name());
        };
    }

    private static ApiException noPort(Connection connection, SchemeNamePort wanted) {
        return isNumber(wanted.port())
                ? ApiException.unavailable(
                        "no service port %s found for service \"%s\"".formatted(wanted.port(), wanted.name()))
                : noEndpoints("service", connection.name());
    }

    private Reply pod(Connection connection) {
        var wanted = SchemeNamePort.parse(connection.name(), "pod");
        var pod = store.get(new ObjectKey(PODS, connection.namespace(), wanted.name()))
                .orElseThrow(() -> ApiException.notFound(PODS, wanted.name()))
                .tree();
        if (SimulationMark.isOn(pod)) {
            throw ApiException.unavailable("simulated pod: no container is running");
        }
        var address = Trees.text(pod, "status", "podIP");
        if (!isOfPods(address)) {
            throw ApiException.badRequest("address not allowed");
        }
        var backend = new ServiceBackend("", address, port(pod, wanted), "", address);
        return ProxyRequest.forward(connection, backend, wanted.isTls());
    }

    /** Whoever may write the status of a pod must not reach this machine itself, nor its surroundings, by way of it. */
    private static boolean isOfPods(String text) {
        try {
            var address = InetAddress.ofLiteral(text);
            return !address.isLoopbackAddress()
                    && !address.isLinkLocalAddress()
                    && !address.isMulticastAddress()
                    && !address.isAnyLocalAddress()
                    && !text.equals("255.255.255.255");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(ObjectNode pod, SchemeNamePort wanted) {
        if (!wanted.port().isEmpty()) {
            if (!isNumber(wanted.port())) {
                throw ApiException.badRequest("invalid pod request \"" + wanted.port() + "\": the port is no number");
            }
            return Integer.parseInt(wanted.port());
        }
        for (var container : Trees.at(pod, "spec", "containers")) {
            var first = container.path("ports").path(0).path("containerPort");
            if (first.isInt()) {
                return first.asInt();
            }
        }
        return USUAL_PORT;
    }

    private Reply node(Connection connection) {
        var wanted = SchemeNamePort.parse(connection.name(), "node");
        if (store.get(new ObjectKey(NODES, "", wanted.name())).isEmpty()) {
            throw ApiException.notFound(NODES, wanted.name());
        }
        throw noEndpoints("node", wanted.name());
    }

    private static ApiException noEndpoints(String kind, String name) {
        return ApiException.unavailable("no endpoints available for %s \"%s\"".formatted(kind, name));
    }

    private static boolean isNumber(String port) {
        return !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
