package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.embeddedkube.tree.Trees;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Lets policies and webhooks have their say about creates that are computed instead of stored: evictions, bindings and
 * tokens are creates of their subresource. Reviews only ask and are never judged.
 */
final class ComputedAdmission {
    private static final Set<String> REVIEWS = Set.of("authentication.k8s.io", "authorization.k8s.io");

    /** Kinds that have to name their pod, as a check against acting on another one. */
    private static final Set<String> NAMED = Set.of("Eviction", "Binding");

    private final List<AdmissionPlugin> plugins;

    ComputedAdmission(List<AdmissionPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    /** Passes the body, which gets the kind and the namespace that the path says, and which webhooks may change. */
    void admit(ResourceCall call, ObjectNode body, boolean dryRun) {
        if (REVIEWS.contains(call.type().kind().group())) {
            return;
        }
        complete(call, body);
        var request = new AdmissionRequest(
                Operation.CREATE,
                call.type(),
                call.path().subresource(),
                call.namespace(),
                call.path().name().isEmpty() ? Trees.name(body) : call.path().name(),
                body,
                Optional.empty(),
                call.user(),
                dryRun,
                call.remarks(),
                UnaryOperator.identity());
        plugins.forEach(plugin -> plugin.mutate(request));
        plugins.forEach(plugin -> plugin.validate(request));
    }

    private static void complete(ResourceCall call, ObjectNode body) {
        var kind = call.type()
                .subresource(call.path().subresource())
                .flatMap(Subresource::foreignKind)
                .orElse(call.type().kind());
        put(body, "apiVersion", kind.apiVersion());
        put(body, "kind", kind.kind());
        var metadata = Trees.ensure(body, "metadata");
        if (!NAMED.contains(kind.kind())) {
            put(metadata, "name", call.path().name());
        }
        put(metadata, "namespace", call.namespace());
    }

    private static void put(ObjectNode target, String member, String value) {
        if (!value.isEmpty() && Trees.text(target, member).isEmpty()) {
            target.put(member, value);
        }
    }
}
