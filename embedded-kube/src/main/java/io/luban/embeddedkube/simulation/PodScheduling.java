package io.luban.embeddedkube.simulation;

import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;

/** Assigns new pods to the node that does not exist. */
public final class PodScheduling implements CommitParticipant {
    private final Store store;

    /** Reads from that store which namespaces opted out. */
    public PodScheduling(Store store) {
        this.store = store;
    }

    @Override
    public void complete(PendingWrite write) {
        if (write.operation() != Operation.CREATE || !write.type().storage().equals(Kinds.PODS)) {
            return;
        }
        var pod = write.object();
        if (Trees.text(pod, "spec", "nodeName").isEmpty() && takesPart(write)) {
            Trees.ensure(pod, "spec").put("nodeName", Simulated.NODE);
        }
    }

    private boolean takesPart(PendingWrite write) {
        var isOut = Trees.annotation(write.object(), "kube.luban.io/simulate").equals("false");
        var namespace = new ObjectKey(Kinds.NAMESPACES, "", Trees.namespace(write.object()));
        return !isOut
                && store.get(namespace)
                        .map(found -> !Trees.annotation(found.tree(), "kube.luban.io/simulate")
                                .equals("false"))
                        .orElse(false);
    }
}
