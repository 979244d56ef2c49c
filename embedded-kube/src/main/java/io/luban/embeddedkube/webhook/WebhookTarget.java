package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.net.URI;
import java.util.Optional;

/**
 * Where a webhook is.
 *
 * @param serverName name that its certificate must carry, empty for that of the URI
 */
record WebhookTarget(URI uri, String serverName) {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");
    private static final String SIMULATED = "kube.luban.io/simulated";

    /** Empty when nothing real stands behind the Service. Throws {@link IllegalArgumentException} on a bad URL. */
    static Optional<WebhookTarget> of(JsonNode client, Store store) {
        var url = Trees.text(client, "url");
        if (!url.isEmpty()) {
            return Optional.of(new WebhookTarget(URI.create(url), ""));
        }
        var service = client.path("service");
        var namespace = Trees.text(service, "namespace");
        var name = Trees.text(service, "name");
        int port = service.path("port").asInt(443);
        var path = Trees.text(service, "path");
        return store.get(new ObjectKey(SERVICES, namespace, name))
                .flatMap(found -> address(found, port, store))
                .map(address -> new WebhookTarget(
                        URI.create("https://" + address + (path.startsWith("/") ? path : "/" + path)),
                        name + "." + namespace + ".svc"));
    }

    private static Optional<String> address(StoredObject service, int port, Store store) {
        var tree = service.tree();
        if (Trees.text(tree, "spec", "type").equals("ExternalName")) {
            return Optional.of(Trees.text(tree, "spec", "externalName") + ":" + port);
        }
        var portName = portName(tree, port);
        for (var slice : store.snapshot(SLICES).inNamespace(service.key().namespace())) {
            if (service.key().name().equals(slice.labels().get("kubernetes.io/service-name"))) {
                var found = address(slice.tree(), portName, service.key().namespace(), store);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static String portName(JsonNode service, int port) {
        for (var candidate : Trees.at(service, "spec", "ports")) {
            if (candidate.path("port").asInt() == port) {
                return Trees.text(candidate, "name");
            }
        }
        return "";
    }

    private static Optional<String> address(JsonNode slice, String portName, String namespace, Store store) {
        for (var port : slice.path("ports")) {
            if (!Trees.text(port, "name").equals(portName)) {
                continue;
            }
            for (var endpoint : slice.path("endpoints")) {
                if (Trees.at(endpoint, "conditions", "ready").asBoolean(true) && isReal(endpoint, namespace, store)) {
                    return Optional.of(endpoint.path("addresses").path(0).asText() + ":"
                            + port.path("port").asInt());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isReal(JsonNode endpoint, String namespace, Store store) {
        if (!Trees.text(endpoint, "targetRef", "kind").equals("Pod")) {
            return true;
        }
        return store.get(new ObjectKey(PODS, namespace, Trees.text(endpoint, "targetRef", "name")))
                .map(pod -> !Trees.annotation(pod.tree(), SIMULATED).equals("true"))
                .orElse(false);
    }
}
