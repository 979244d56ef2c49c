package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Rules of the probes and life-cycle hooks of a container. */
final class HandlerValidation {
    private static final List<String> PROBES = List.of("livenessProbe", "readinessProbe", "startupProbe");
    private static final List<String> PROBE_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> HOOK_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "sleep");
    private static final List<String> COUNTS =
            List.of("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold");

    private HandlerValidation() {}

    static void check(JsonNode container, String path, Findings findings) {
        var lifecycle = container.path("lifecycle");
        for (var hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                handler(lifecycle.path(hook), HOOK_HANDLERS, path + ".lifecycle." + hook, findings);
            }
        }
        for (var name : PROBES) {
            if (container.has(name)) {
                probe(container.path(name), path + "." + name, name.equals("readinessProbe"), findings);
            }
        }
    }

    private static void probe(JsonNode probe, String path, boolean mayNeedMoreSuccess, Findings findings) {
        handler(probe, PROBE_HANDLERS, path, findings);
        for (var count : COUNTS) {
            findings.atLeastZero(path + "." + count, probe.path(count));
        }
        var grace = probe.path("terminationGracePeriodSeconds");
        if (grace.isNumber() && grace.asLong() <= 0) {
            findings.invalid(path + ".terminationGracePeriodSeconds", grace, "must be greater than 0");
        }
        var successes = probe.path("successThreshold");
        if (!mayNeedMoreSuccess && successes.isNumber() && successes.asInt() != 1) {
            findings.invalid(path + ".successThreshold", successes, "must be 1");
        }
    }

    private static void handler(JsonNode owner, List<String> kinds, String path, Findings findings) {
        var used = kinds.stream().filter(owner::has).toList();
        if (used.isEmpty()) {
            findings.required(path, "must specify a handler type");
            return;
        }
        used.stream()
                .skip(1)
                .forEach(kind -> findings.forbidden(path + "." + kind, "may not specify more than 1 handler type"));
        switch (used.getFirst()) {
            case "exec" -> {
                if (owner.path("exec").path("command").isEmpty()) {
                    findings.required(path + ".exec.command", "");
                }
            }
            case "httpGet", "tcpSocket" -> {
                var place = path + "." + used.getFirst() + ".port";
                port(owner.path(used.getFirst()).path("port"), place, findings);
            }
            case "grpc" -> findings.port(path + ".grpc.port", owner.path("grpc").path("port"));
            default -> {}
        }
    }

    /** A port by number or by name. */
    static void port(JsonNode port, String path, Findings findings) {
        if (port.isTextual()) {
            findings.invalid(path, port.asText(), PortNames.problems(port.asText()));
        } else {
            findings.port(path, port);
        }
    }
}
