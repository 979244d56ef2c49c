package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import io.luban.model.StatusCause;
import java.util.HashSet;
import java.util.List;

/** Rules of services beyond structure. */
final class TrafficValidation {
    private static final String ADDRESS_RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private TrafficValidation() {}

    static void service(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        var type = spec.path("type").asText();
        boolean isHeadless = spec.path("clusterIP").asText().equals("None");
        if (spec.path("ports").isEmpty() && !isHeadless && !type.equals("ExternalName")) {
            findings.required("spec.ports", "");
        }
        if (type.equals("ExternalName")) {
            externalName(spec, findings);
        }
        servicePorts(spec.path("ports"), type, findings);
        var addresses = spec.path("clusterIPs");
        for (int i = 0; i < addresses.size(); i++) {
            var address = addresses.get(i).asText();
            if (!address.equals("None") && !isAddress(address)) {
                findings.invalid("spec.clusterIPs[" + i + "]", address, ADDRESS_RULE);
            }
        }
        labels(spec.path("selector"), "spec.selector", findings);
        typeOnly(spec, type, findings);
    }

    private static void externalName(JsonNode spec, Findings findings) {
        for (var member : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            if (!spec.path(member).isEmpty() || spec.path(member).isTextual()) {
                findings.forbidden("spec." + member, "may not be set for ExternalName services");
            }
        }
        var name = spec.path("externalName").asText();
        if (name.isEmpty()) {
            findings.required("spec.externalName", "");
        } else {
            var plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            findings.invalid("spec.externalName", plain, ObjectNames.subdomain(plain));
        }
    }

    /** Members that mean something for some types of services only. */
    private static void typeOnly(JsonNode spec, String type, Findings findings) {
        boolean isBalanced = type.equals("LoadBalancer");
        for (var member : List.of("allocateLoadBalancerNodePorts", "loadBalancerClass", "loadBalancerSourceRanges")) {
            if (spec.has(member) && !isBalanced) {
                findings.forbidden("spec." + member, "may only be used when `type` is 'LoadBalancer'");
            }
        }
        boolean isExternal = isBalanced
                || type.equals("NodePort")
                || !spec.path("externalIPs").isEmpty();
        var policy = spec.path("externalTrafficPolicy").asText();
        if (!policy.isEmpty() && !isExternal) {
            findings.invalid(
                    "spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }
    }

    private static void servicePorts(JsonNode ports, String type, Findings findings) {
        var names = new HashSet<String>();
        var numbers = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            var path = "spec.ports[" + i + "]";
            var name = port.path("name").asText();
            if (name.isEmpty() && ports.size() > 1) {
                findings.required(path + ".name", "");
            } else if (!name.isEmpty()) {
                findings.invalid(path + ".name", name, ObjectNames.label(name));
                if (!names.add(name)) {
                    findings.duplicate(path + ".name", name);
                }
            }
            findings.port(path + ".port", port.path("port"));
            HandlerValidation.port(port.path("targetPort"), path + ".targetPort", findings);
            if (port.path("nodePort").asInt() != 0 && type.equals("ClusterIP")) {
                findings.forbidden(path + ".nodePort", "may not be used when `type` is 'ClusterIP'");
            }
            if (!numbers.add(port.path("protocol").asText() + port.path("port").asText())) {
                findings.add(
                        new StatusCause("FieldValueDuplicate", "Duplicate value: " + GoText.servicePort(port), path));
            }
        }
    }

    static boolean isAddress(String text) {
        if (text.contains(":")) {
            return text.matches("[0-9a-fA-F:.]{2,45}");
        }
        var parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (var part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /** A map of labels. */
    static void labels(JsonNode labels, String path, Findings findings) {
        for (var label : labels.properties()) {
            findings.invalid(path, label.getKey(), ObjectNames.qualifiedName(label.getKey()));
            var value = label.getValue().asText();
            findings.invalid(path, value, ObjectNames.labelValue(value));
        }
    }
}
