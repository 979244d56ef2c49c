package io.luban.embeddedkube.request;

import io.luban.embeddedkube.admission.Remarks;
import io.luban.embeddedkube.audit.AuditNotes;
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

    /** Where plug-ins leave what the client and the audit trail should hear. */
    Remarks remarks() {
        return new Remarks(warnings, (key, value) -> AuditNotes.of(request, notes -> notes.annotate(key, value)));
    }

    /** The question whether the caller may do something else with the same object. */
    AccessRequest access(String verb) {
        return RequestVerb.access(user, verb, path, path.name());
    }
}
