package io.luban.embeddedkube.operation;

import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.store.Store;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.List;

/**
 * What the writing verbs are built from.
 *
 * @param admission every plug-in, in calling order
 * @param participants asked in order around each commit
 */
public record OperationParts(
        Store store, List<AdmissionPlugin> admission, List<CommitParticipant> participants, Ids ids, Clock clock) {
    /** Defensive copies. */
    public OperationParts {
        admission = List.copyOf(admission);
        participants = List.copyOf(participants);
    }
}
