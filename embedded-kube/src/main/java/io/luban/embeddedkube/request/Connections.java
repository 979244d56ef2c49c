package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.operation.VirtualCreate.Endpoint;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Requests that reach what objects stand for. Those that give a caller a way into it (commands, ports, proxies; not logs)
 * pass admission first, as connections whose object are their options; options that a webhook changes stay as they were
 * asked for.
 */
final class Connections {
    private static final Set<String> PROXY_ONLY = Set.of("options");
    private static final List<String> FLAGS = List.of("stdin", "stdout", "stderr", "tty");
    private static final Set<String> YES = Set.of("", "1", "t", "true");
    private static final Map<Endpoint, String> KINDS = Map.of(
            new Endpoint("", "pods", "exec"), "PodExecOptions",
            new Endpoint("", "pods", "attach"), "PodAttachOptions",
            new Endpoint("", "pods", "portforward"), "PodPortForwardOptions",
            new Endpoint("", "pods", "proxy"), "PodProxyOptions",
            new Endpoint("", "services", "proxy"), "ServiceProxyOptions",
            new Endpoint("", "nodes", "proxy"), "NodeProxyOptions");

    private final Map<Endpoint, Connector> connectors;
    private final List<AdmissionPlugin> admission;

    Connections(RequestParts.Elsewhere elsewhere) {
        this.connectors = elsewhere.connectors();
        this.admission = elsewhere.admission();
    }

    /** Whether the request is one of these. */
    boolean serve(ResourceCall call) {
        return connectors.containsKey(endpoint(call));
    }

    Reply connect(ResourceCall call, String verb) {
        var path = call.path();
        var allowed = call.type()
                .subresource(path.subresource())
                .map(ResourceType.Subresource::verbs)
                .orElse(List.of());
        if (!allowed.contains(verb) && !(path.subresource().equals("proxy") && PROXY_ONLY.contains(verb))) {
            throw ApiException.methodNotAllowed();
        }
        var endpoint = endpoint(call);
        Optional.ofNullable(KINDS.get(endpoint)).ifPresent(kind -> admit(call, kind));
        var connector = connectors.get(endpoint);
        if (connector == null) {
            throw ApiException.noSuchResource();
        }
        return connector.connect(new Connector.Connection(
                call.request(), call.user(), call.namespace(), path.name(), path.subresource(), path.rest()));
    }

    private static Endpoint endpoint(ResourceCall call) {
        var kind = call.type().kind();
        return new Endpoint(
                kind.group(), call.type().names().plural(), call.path().subresource());
    }

    private void admit(ResourceCall call, String kind) {
        var request = new AdmissionRequest(
                Operation.CONNECT,
                call.type(),
                call.path().subresource(),
                call.namespace(),
                call.path().name(),
                options(call, kind),
                Optional.empty(),
                call.user(),
                false,
                call.remarks(),
                UnaryOperator.identity());
        admission.forEach(plugin -> plugin.mutate(request));
        admission.forEach(plugin -> plugin.validate(request));
    }

    private static ObjectNode options(ResourceCall call, String kind) {
        var options = Json.object().put("kind", kind).put("apiVersion", "v1");
        if (call.path().subresource().equals("proxy")) {
            if (!call.path().rest().isEmpty()) {
                options.put("path", call.path().rest());
            }
            return options;
        }
        var request = call.request();
        for (var flag : FLAGS) {
            if (request.query(flag)
                    .filter(value -> YES.contains(value.toLowerCase(Locale.ROOT)))
                    .isPresent()) {
                options.put(flag, true);
            }
        }
        request.query("container").ifPresent(container -> options.put("container", container));
        addAll(request, "command", text -> options.withArrayProperty("command").add(text));
        addAll(request, "ports", text -> options.withArrayProperty("ports").add(number(text)));
        return options;
    }

    private static void addAll(Request request, String name, Consumer<String> target) {
        request.queryParameters().getOrDefault(name, List.of()).forEach(target);
    }

    /** Several may stand in one parameter; what is no number is refused by the connection itself. */
    private static int number(String port) {
        return port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
    }
}
