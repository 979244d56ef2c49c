package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ObjectNames;
import java.util.List;

/** Rules of ingresses and network policies beyond structure. */
final class IngressValidation {
    private IngressValidation() {}

    static void ingress(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
            findings.invalidText(
                    "spec", "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified");
        }
        backend(spec.path("defaultBackend"), "spec.defaultBackend", findings);
        secured(spec.path("tls"), findings);
        var rules = spec.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            host(rules.get(i).path("host").asText(), "spec.rules[" + i + "].host", findings);
            var traffic = rules.get(i).path("http");
            if (traffic.isObject() && traffic.path("paths").isEmpty()) {
                findings.required("spec.rules[" + i + "].http.paths", "");
            }
            var paths = rules.get(i).path("http").path("paths");
            for (int j = 0; j < paths.size(); j++) {
                path(paths.get(j), "spec.rules[%d].http.paths[%d]".formatted(i, j), findings);
            }
        }
    }

    private static void secured(JsonNode entries, Findings findings) {
        for (int i = 0; i < entries.size(); i++) {
            var hosts = entries.get(i).path("hosts");
            for (int j = 0; j < hosts.size(); j++) {
                var host = hosts.get(j).asText();
                var name = host.startsWith("*.") ? host.substring(2) : host;
                findings.invalid("spec.tls[%d].hosts[%d]".formatted(i, j), host, ObjectNames.subdomain(name));
            }
        }
    }

    private static void host(String host, String path, Findings findings) {
        if (!host.isEmpty() && TrafficValidation.isAddress(host)) {
            findings.invalid(path, host, "must be a DNS name, not an IP address");
        } else if (!host.isEmpty()) {
            var name = host.startsWith("*.") ? host.substring(2) : host;
            findings.invalid(path, host, ObjectNames.subdomain(name));
        }
    }

    private static void path(JsonNode path, String place, Findings findings) {
        var type = path.path("pathType").asText();
        if (type.isEmpty()) {
            return;
        }
        var text = path.path("path").asText();
        boolean mustBeAbsolute = type.equals("Exact") || type.equals("Prefix");
        if (mustBeAbsolute ? !text.startsWith("/") : !text.isEmpty() && !text.startsWith("/")) {
            findings.invalid(place + ".path", text, "must be an absolute path");
        }
        for (var forbidden : new String[] {"//", "/./", "/../", "%2f", "%2F"}) {
            if (mustBeAbsolute && text.contains(forbidden)) {
                findings.invalid(place + ".path", text, "must not contain '" + forbidden + "'");
            }
        }
        backend(path.path("backend"), place + ".backend", findings);
    }

    private static void backend(JsonNode backend, String path, Findings findings) {
        var service = backend.path("service");
        if (backend.isObject() && !service.isObject() && !backend.has("resource")) {
            findings.required(path, "service or resource backend is required");
        }
        if (service.isObject() && backend.has("resource")) {
            findings.invalid(path, "", "cannot set both resource and service backends");
        }
        if (service.isObject()) {
            var name = service.path("name").asText();
            if (!name.isEmpty()) {
                findings.invalid(path + ".service.name", name, ObjectNames.label1035(name));
            }
            var port = service.path("port");
            boolean hasName = !port.path("name").asText().isEmpty();
            if (port.path("number").asInt() == 0 && !hasName) {
                findings.required(path, "port name or number is required");
            } else if (port.path("number").asInt() != 0 && hasName) {
                findings.invalid(path, "", "cannot set both port name & port number");
            }
            if (port.path("number").asInt() != 0) {
                findings.port(path + ".service.port.number", port.path("number"));
            }
        }
    }

    static void networkPolicy(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        for (var direction : List.of("ingress", "egress")) {
            var peers = direction.equals("ingress") ? "from" : "to";
            var rules = spec.path(direction);
            for (int i = 0; i < rules.size(); i++) {
                var path = "spec.%s[%d].".formatted(direction, i);
                policyPorts(rules.get(i).path("ports"), path + "ports", findings);
                policyPeers(rules.get(i).path(peers), path + peers, findings);
            }
        }
        if (spec.path("policyTypes").size() > 2) {
            findings.invalidText(
                    "spec.policyTypes",
                    GoText.strings(spec.path("policyTypes")).replace("[]string", "[]networking.PolicyType"),
                    "may not specify more than two policyTypes");
        }
    }

    private static void policyPorts(JsonNode ports, String path, Findings findings) {
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i).path("port");
            var end = ports.get(i).path("endPort");
            if (!port.isMissingNode()) {
                HandlerValidation.port(port, path + "[" + i + "].port", findings);
            } else if (!end.isMissingNode()) {
                findings.required(path + "[" + i + "].port", "must be specified when `endPort` is specified");
            }
            if (end.isNumber() && port.isNumber() && end.asInt() < port.asInt()) {
                findings.invalid(path + "[" + i + "].endPort", end, "must be greater than or equal to `port`");
            }
        }
    }

    private static void policyPeers(JsonNode peers, String path, Findings findings) {
        for (int i = 0; i < peers.size(); i++) {
            var peer = peers.get(i);
            var place = path + "[" + i + "]";
            if (peer.isEmpty()) {
                findings.required(place, "must specify a peer");
            }
            if (peer.has("ipBlock") && peer.size() > 1) {
                findings.forbidden(place, "may not specify both ipBlock and another peer");
            }
            var block = peer.path("ipBlock").path("cidr").asText();
            if (!block.isEmpty() && !TrafficValidation.isBlock(block)) {
                findings.invalid(place + ".ipBlock.cidr", block, TrafficValidation.BLOCK_RULE);
            }
        }
    }
}
