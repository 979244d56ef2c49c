package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import io.luban.model.StatusCause;
import java.util.HashSet;
import java.util.List;

/** Rules of services beyond structure. */
final class TrafficValidation {
    static final String ADDRESS_RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    static final String BLOCK_RULE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

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
        externalAddresses(spec, findings);
        families(spec, type, isHeadless, findings);
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

    /** Only IPv4 addresses are given; a headless service that others fill with endpoints needs none. */
    private static void families(JsonNode spec, String type, boolean isHeadless, Findings findings) {
        if (type.equals("ExternalName") || (isHeadless && spec.path("selector").isEmpty())) {
            return;
        }
        var policy = spec.path("ipFamilyPolicy").asText();
        if (policy.equals("RequireDualStack")) {
            findings.invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services");
        }
        var families = spec.path("ipFamilies");
        for (int i = 0; i < families.size(); i++) {
            if (families.get(i).asText().equals("IPv6")) {
                findings.invalid(
                        "spec.ipFamilies[" + i + "]", families.get(i).asText(), "not configured on this cluster");
            }
        }
    }

    private static void externalAddresses(JsonNode spec, Findings findings) {
        var external = spec.path("externalIPs");
        for (int i = 0; i < external.size(); i++) {
            externalAddress(external.get(i).asText(), "spec.externalIPs[" + i + "]", findings);
        }
        var sources = spec.path("loadBalancerSourceRanges");
        for (int i = 0; i < sources.size(); i++) {
            if (!isBlock(sources.get(i).asText().strip())) {
                findings.invalid(
                        "spec.loadBalancerSourceRanges[" + i + "]",
                        sources.get(i).asText(),
                        BLOCK_RULE);
            }
        }
    }

    /** An address that leads to another machine. */
    private static void externalAddress(String address, String path, Findings findings) {
        if (!isAddress(address)) {
            findings.invalid(path, address, ADDRESS_RULE);
        } else if (address.startsWith("127.") || address.equals("::1")) {
            findings.invalid(path, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        } else if (address.equals("0.0.0.0") || address.equals("::")) {
            findings.invalid(path, address, "may not be unspecified (0.0.0.0 or ::)");
        } else if (address.startsWith("169.254.")) {
            findings.invalid(path, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
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

    /** Whether it names a range of addresses, as in {@code 10.9.8.0/24}. */
    static boolean isBlock(String text) {
        int slash = text.indexOf('/');
        return slash > 0
                && isAddress(text.substring(0, slash))
                && text.substring(slash + 1).matches("[0-9]{1,3}")
                && Integer.parseInt(text.substring(slash + 1)) <= (text.contains(":") ? 128 : 32);
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
