package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A write on its way to the store.
 *
 * @param object the object to be stored, which mutating plug-ins change in place; for deletions the stored object
 * @param old the stored object before the write, empty on create
 * @param subresource empty for the object itself
 * @param warning takes texts for Warning headers
 */
public record AdmissionRequest(
        Operation operation,
        ResourceType type,
        String subresource,
        String namespace,
        String name,
        ObjectNode object,
        Optional<ObjectNode> old,
        User user,
        boolean dryRun,
        Consumer<String> warning) {
    /** Kinds of writes, spelled as in AdmissionReview. */
    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }
}
