package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ObjectNames;
import java.util.HashSet;

/** Rules of services and ingresses beyond structure. */
final class TrafficValidation {
    private static final String ADDRESS_RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private TrafficValidation() {}

    static void service(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        var type = spec.path("type").asText();
        var ports = spec.path("ports");
        boolean isHeadless = spec.path("clusterIP").asText().equals("None");
        if (ports.isEmpty() && !isHeadless && !type.equals("ExternalName")) {
            findings.required("spec.ports", "");
        }
        if (type.equals("ExternalName") && spec.path("externalName").asText().isEmpty()) {
            findings.required("spec.externalName", "");
        }
        servicePorts(ports, isHeadless, findings);
        var addresses = spec.path("clusterIPs");
        for (int i = 0; i < addresses.size(); i++) {
            var address = addresses.get(i).asText();
            if (!address.equals("None") && !isAddress(address)) {
                findings.invalid("spec.clusterIPs[" + i + "]", address, ADDRESS_RULE);
            }
        }
        labels(spec.path("selector"), "spec.selector", findings);
    }

    private static void servicePorts(JsonNode ports, boolean isHeadless, Findings findings) {
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
            targetPort(port.path("targetPort"), path + ".targetPort", findings);
            if (!numbers.add(port.path("protocol").asText() + port.path("port").asText()) && !isHeadless) {
                var value = Json.object();
                value.set("port", port.path("port"));
                findings.duplicate(
                        path, value.put("protocol", port.path("protocol").asText()));
            }
        }
    }

    private static void targetPort(JsonNode target, String path, Findings findings) {
        if (target.isNumber()) {
            findings.port(path, target);
        } else if (target.isTextual() && !isPortName(target.asText())) {
            findings.invalid(
                    path,
                    target,
                    "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), at least one letter and at"
                            + " most 15 characters");
        }
    }

    private static boolean isPortName(String name) {
        return name.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")
                && name.length() <= 15
                && name.chars().anyMatch(Character::isLetter);
    }

    private static boolean isAddress(String text) {
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

    static void ingress(ObjectNode object, Findings findings) {
        var spec = object.path("spec");
        if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
            findings.invalid("spec", spec, "either `defaultBackend` or `rules` must be specified");
        }
        backend(spec.path("defaultBackend"), "spec.defaultBackend", findings);
        var rules = spec.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            host(rules.get(i).path("host").asText(), "spec.rules[" + i + "].host", findings);
            var paths = rules.get(i).path("http").path("paths");
            for (int j = 0; j < paths.size(); j++) {
                path(paths.get(j), "spec.rules[%d].http.paths[%d]".formatted(i, j), findings);
            }
        }
    }

    private static void host(String host, String path, Findings findings) {
        if (!host.isEmpty()) {
            var name = host.startsWith("*.") ? host.substring(2) : host;
            findings.invalid(path, host, ObjectNames.subdomain(name));
        }
    }

    private static void path(JsonNode path, String place, Findings findings) {
        var type = path.path("pathType").asText();
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
        if (service.isObject()) {
            var port = service.path("port");
            if (port.path("number").asInt() == 0 && port.path("name").asText().isEmpty()) {
                findings.required(path, "port name or number is required");
            }
            if (port.path("number").asInt() != 0) {
                findings.port(path + ".service.port.number", port.path("number"));
            }
        }
    }
}
