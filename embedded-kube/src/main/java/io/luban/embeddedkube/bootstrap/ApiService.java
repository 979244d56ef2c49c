package io.luban.embeddedkube.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.tree.Draft;
import io.luban.model.Json;
import java.util.Set;

/** The Service under which pods would reach the API server, and where it leads. */
record ApiService(EmbeddedKubeConfig config, int port) {
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "");

    ObjectNode service() {
        var address = Bootstrap.firstAddress(config);
        var spec = Json.object();
        spec.put("clusterIP", address);
        spec.putArray("clusterIPs").add(address);
        spec.put("internalTrafficPolicy", "Cluster");
        spec.putArray("ipFamilies").add("IPv4");
        spec.put("ipFamilyPolicy", "SingleStack");
        spec.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", 443)
                .put("protocol", "TCP")
                .put("targetPort", port);
        spec.put("sessionAffinity", "None").put("type", "ClusterIP");
        return Draft.of("v1", "Service", "default", "kubernetes")
                .label("component", "apiserver")
                .label("provider", "kubernetes")
                .with("spec", spec)
                .with("status", "{'loadBalancer': {}}")
                .json();
    }

    ObjectNode endpoints() {
        var subsets = Json.array();
        var subset = subsets.addObject();
        subset.putArray("addresses").addObject().put("ip", address());
        subset.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", port)
                .put("protocol", "TCP");
        return Draft.of("v1", "Endpoints", "default", "kubernetes")
                .label("endpointslice.kubernetes.io/skip-mirror", "true")
                .with("subsets", subsets)
                .json();
    }

    ObjectNode endpointSlice() {
        var endpoints = Json.array();
        var endpoint = endpoints.addObject();
        endpoint.putArray("addresses").add(address());
        endpoint.putObject("conditions").put("ready", true);
        var ports = Json.array();
        ports.addObject().put("name", "https").put("port", port).put("protocol", "TCP");
        var slice = Draft.of("discovery.k8s.io/v1", "EndpointSlice", "default", "kubernetes")
                .label("kubernetes.io/service-name", "kubernetes")
                .json();
        slice.put("addressType", "IPv4");
        slice.set("endpoints", endpoints);
        slice.set("ports", ports);
        return slice;
    }

    private String address() {
        return ANY_ADDRESS.contains(config.bindAddress()) ? "127.0.0.1" : config.bindAddress();
    }
}
