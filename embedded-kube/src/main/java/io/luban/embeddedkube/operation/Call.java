package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Who writes what where; the name is empty while a create has none yet. */
record Call(User user, ResourceType type, Operations.Target target, WriteOptions options) {
    ObjectKey key() {
        return new ObjectKey(type.storage(), target.namespace(), target.name());
    }

    Call named(String name) {
        return new Call(user, type, new Operations.Target(target.namespace(), name, target.subresource()), options);
    }

    /** A request about an object that plug-ins may judge but not change. */
    AdmissionRequest admission(Operation operation, ObjectNode object, Optional<ObjectNode> old) {
        return admission(operation, object, old, UnaryOperator.identity());
    }

    AdmissionRequest admission(
            Operation operation, ObjectNode object, Optional<ObjectNode> old, UnaryOperator<ObjectNode> settling) {
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
                options.remarks(),
                settling);
    }
}
