package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.Optional;

/** Keeps {@code metadata.managedFields}: who owns which field of an object. */
public interface FieldOwnership {
    /** Notes in {@code updated} what the manager changed against {@code live}. */
    void recordUpdate(
            ResourceType type, String subresource, Optional<ObjectNode> live, ObjectNode updated, String manager);

    /** The object after a server-side apply; throws a 409 ApiException when fields of others would change. */
    ObjectNode apply(
            ResourceType type,
            String subresource,
            Optional<ObjectNode> live,
            ObjectNode applied,
            String manager,
            boolean force);
}
