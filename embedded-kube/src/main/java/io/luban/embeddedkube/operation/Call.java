package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import java.util.Optional;

/** Who writes what where; the name is empty while a create has none yet. */
record Call(User user, ResourceType type, Operations.Target target, WriteOptions options) {
    ObjectKey key() {
        return new ObjectKey(type.storage(), target.namespace(), target.name());
    }

    Call named(String name) {
        return new Call(user, type, new Operations.Target(target.namespace(), name, target.subresource()), options);
    }

    AdmissionRequest admission(Operation operation, ObjectNode object, Optional<ObjectNode> old) {
        return new AdmissionRequest(
                operation,
                type,
                target.subresource(),
                target.namespace(),
                target.name(),
                object,
                old,
                user,
                options.dryRun(),
                options.warning());
    }
}
