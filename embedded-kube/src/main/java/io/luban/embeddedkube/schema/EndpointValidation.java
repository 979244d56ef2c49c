package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;

/** Rules of what stands behind services: endpoints and endpoint slices. */
final class EndpointValidation {
    private static final int MAXIMUM_ADDRESSES = 100;

    private EndpointValidation() {}

    static void endpoints(ObjectNode object, Findings findings) {
        var subsets = object.path("subsets");
        for (int i = 0; i < subsets.size(); i++) {
            var subset = subsets.get(i);
            var path = "subsets[" + i + "]";
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                findings.required(path, "must specify `addresses` or `notReadyAddresses`");
            }
            for (var list : new String[] {"addresses", "notReadyAddresses"}) {
                var addresses = subset.path(list);
                for (int j = 0; j < addresses.size(); j++) {
                    ip(addresses.get(j).path("ip").asText(), "%s.%s[%d].ip".formatted(path, list, j), findings);
                }
            }
            ports(subset.path("ports"), path + ".ports", findings);
        }
    }

    /** Addresses of this very machine are let through: where there are no containers, backends run here. */
    private static void ip(String address, String path, Findings findings) {
        if (!TrafficValidation.isAddress(address)) {
            findings.invalid(path, address, TrafficValidation.ADDRESS_RULE);
        }
    }

    private static void ports(JsonNode ports, String path, Findings findings) {
        for (int i = 0; i < ports.size(); i++) {
            var name = ports.get(i).path("name").asText();
            if (name.isEmpty() && ports.size() > 1) {
                findings.required(path + "[" + i + "].name", "");
            } else if (!name.isEmpty()) {
                findings.invalid(path + "[" + i + "].name", name, ObjectNames.label(name));
            }
            findings.port(path + "[" + i + "].port", ports.get(i).path("port"));
        }
    }

    static void endpointSlice(ObjectNode object, Findings findings) {
        var type = object.path("addressType").asText();
        var endpoints = object.path("endpoints");
        for (int i = 0; i < endpoints.size(); i++) {
            var addresses = endpoints.get(i).path("addresses");
            var path = "endpoints[" + i + "].addresses";
            if (addresses.size() > MAXIMUM_ADDRESSES) {
                findings.tooMany(path, addresses.size(), MAXIMUM_ADDRESSES);
            }
            for (int j = 0; j < addresses.size(); j++) {
                address(addresses.get(j).asText(), type, path + "[" + j + "]", findings);
            }
        }
    }

    private static void address(String address, String type, String path, Findings findings) {
        switch (type) {
            case "IPv4" -> {
                if (address.contains(":") || !TrafficValidation.isAddress(address)) {
                    findings.invalid(path, address, "must be a valid IPv4 address");
                }
            }
            case "IPv6" -> {
                if (!address.contains(":") || !TrafficValidation.isAddress(address)) {
                    findings.invalid(path, address, "must be a valid IPv6 address");
                }
            }
            case "FQDN" -> findings.invalid(path, address, ObjectNames.subdomain(address));
            default -> {}
        }
    }
}
