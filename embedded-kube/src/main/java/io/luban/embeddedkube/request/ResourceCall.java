package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.http.Request;

/** A permitted request for a served resource, on its way to a verb. */
record ResourceCall(Request request, ApiPath path, ResourceType type, User user, Warnings warnings) {
    /** Where its object lives; empty for cluster-scoped types. */
    String namespace() {
        return type.namespaced() ? path.namespace() : "";
    }

    Target target() {
        return new Target(namespace(), path.name(), path.subresource());
    }

    ObjectKey key() {
        return new ObjectKey(type.storage(), namespace(), path.name());
    }

    /** The question whether the caller may do something else with the same object. */
    AccessRequest access(String verb) {
        return RequestVerb.access(user, verb, path, path.name());
    }
}
