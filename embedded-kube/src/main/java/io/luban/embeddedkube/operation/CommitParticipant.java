package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.Change;
import java.util.List;
import java.util.Optional;

/**
 * Takes part in commits on the writing thread: completes what only the server may write (allocated addresses, conditions),
 * adds writes that must become visible together with the object, and follows up before the client is answered.
 */
public interface CommitParticipant {
    /** Called after validation, also on dry runs; may complete the object in place or refuse by an ApiException. */
    default void complete(PendingWrite write) {}

    /** Writes for the same transaction, asked again for every attempt; not called on dry runs. */
    default List<Change> accompany(PendingWrite write) {
        return List.of();
    }

    /** The transaction is durable and visible. */
    default void committed(PendingWrite write) {}

    /**
     * The write has ended without a transaction: it was a dry run, it was refused, or another one was faster. What {@link
     * #complete} set aside for it is free again.
     */
    default void abandoned(PendingWrite write) {}

    /**
     * A write that is about to happen.
     *
     * @param object the object in the version of {@code type}; the last state when it is removed
     * @param old the object before, empty on create
     * @param removes the object leaves the store with this write
     */
    record PendingWrite(
            Operation operation,
            ResourceType type,
            String subresource,
            ObjectNode object,
            Optional<ObjectNode> old,
            boolean removes) {}
}
