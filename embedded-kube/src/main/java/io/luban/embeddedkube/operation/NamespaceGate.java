package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.util.List;
import java.util.Set;

/** Content needs a namespace that exists and stays; some namespaces must not go. */
final class NamespaceGate {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final Set<String> PROTECTED = Set.of("default", "kube-system", "kube-public");

    private final Store store;

    NamespaceGate(Store store) {
        this.store = store;
    }

    /** Refuses new content where the namespace is missing (404) or being deleted (403). */
    void requireActive(ResourceType type, String namespace, String name) {
        if (!type.namespaced()) {
            return;
        }
        var found = store.get(new ObjectKey(NAMESPACES, "", namespace));
        if (found.isEmpty()) {
            throw ApiException.notFound(NAMESPACES, namespace);
        }
        if (isTerminating(found.get().tree())) {
            throw terminating(type.resource(), namespace, name);
        }
    }

    /** Refuses the deletion of namespaces that the cluster itself needs. */
    static void requireDeletable(ResourceType type, String name) {
        if (isNamespaces(type) && PROTECTED.contains(name)) {
            throw ApiException.forbidden(
                    NAMESPACES,
                    name,
                    "namespaces \"%s\" is forbidden: this namespace may not be deleted".formatted(name));
        }
    }

    static boolean isNamespaces(ResourceType type) {
        return type.storage().equals(NAMESPACES);
    }

    private static boolean isTerminating(ObjectNode namespace) {
        return Metadata.of(namespace).isTerminating()
                || namespace.path("status").path("phase").asText("").equals("Terminating");
    }

    private static ApiException terminating(GroupResource resource, String namespace, String name) {
        var message =
                "%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being terminated"
                        .formatted(resource, name, namespace);
        var cause = new StatusCause(
                "NamespaceTerminating", "namespace %s is being terminated".formatted(namespace), "metadata.namespace");
        var details = new Status.Details(name, resource.group(), resource.resource(), "", List.of(cause), 0);
        return new ApiException(new Status(403, "Forbidden", message, details));
    }
}
