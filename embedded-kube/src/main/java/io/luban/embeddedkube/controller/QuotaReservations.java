package io.luban.embeddedkube.controller;

import io.luban.embeddedkube.admission.QuotaLedger;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;

/**
 * Gives back to the quotas what admission reserved for a write that came to nothing.
 *
 * @param ledger where it was reserved
 */
public record QuotaReservations(QuotaLedger ledger) implements CommitParticipant {
    @Override
    public void abandoned(PendingWrite write) {
        var object = write.object();
        var key = new ObjectKey(write.type().storage(), Trees.namespace(object), Trees.name(object));
        if (!key.namespace().isEmpty()) {
            ledger.release(key, object);
        }
    }
}
