package io.luban.embeddedkube.schema;

import static io.luban.embeddedkube.schema.Fill.each;
import static io.luban.embeddedkube.schema.Fill.flag;
import static io.luban.embeddedkube.schema.Fill.list;
import static io.luban.embeddedkube.schema.Fill.number;
import static io.luban.embeddedkube.schema.Fill.object;
import static io.luban.embeddedkube.schema.Fill.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of the kinds that direct traffic. */
final class ServiceDefaults {
    private ServiceDefaults() {}

    static void service(ObjectNode object) {
        var spec = object(object, "spec");
        text(spec, "type", "ClusterIP");
        text(spec, "sessionAffinity", "None");
        if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
            number(object(object(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds", 10800);
        }
        each(spec.path("ports"), port -> {
            text(port, "protocol", "TCP");
            if (isUnset(port) && port.has("port")) {
                port.set("targetPort", port.get("port"));
            }
        });
        switch (spec.path("type").asText()) {
            case "NodePort" -> text(spec, "externalTrafficPolicy", "Cluster");
            case "LoadBalancer" -> {
                text(spec, "externalTrafficPolicy", "Cluster");
                flag(spec, "allocateLoadBalancerNodePorts", true);
            }
            default -> {}
        }
        if (!spec.path("type").asText().equals("ExternalName")) {
            addresses(spec);
        }
    }

    private static boolean isUnset(ObjectNode port) {
        var target = port.path("targetPort");
        return target.isMissingNode()
                || target.asText().isEmpty()
                || target.asText().equals("0");
    }

    private static void addresses(ObjectNode spec) {
        text(spec, "internalTrafficPolicy", "Cluster");
        text(spec, "ipFamilyPolicy", "SingleStack");
        list(spec, "ipFamilies", "IPv4");
        if (spec.has("clusterIP")) {
            list(spec, "clusterIPs", spec.get("clusterIP").asText());
        } else if (spec.path("clusterIPs").has(0)) {
            spec.set("clusterIP", spec.get("clusterIPs").get(0));
        }
    }

    static void endpoints(ObjectNode object) {
        each(object.path("subsets"), subset -> each(subset.path("ports"), port -> text(port, "protocol", "TCP")));
    }

    static void endpointSlice(ObjectNode object) {
        each(object.path("ports"), port -> {
            text(port, "name", "");
            text(port, "protocol", "TCP");
        });
    }

    static void networkPolicy(ObjectNode object) {
        var spec = object(object, "spec");
        if (!spec.has("policyTypes")) {
            var types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
        for (var direction : new String[] {"ingress", "egress"}) {
            each(spec.path(direction), rule -> each(rule.path("ports"), port -> text(port, "protocol", "TCP")));
        }
    }

    static void ingressClass(ObjectNode object) {
        Fill.present(object.path("spec").path("parameters"), parameters -> text(parameters, "scope", "Cluster"));
    }
}
