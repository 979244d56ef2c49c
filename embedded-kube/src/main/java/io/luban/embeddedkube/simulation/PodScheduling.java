package io.luban.embeddedkube.simulation;

import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;

/**
 * Assigns new pods to the node that does not exist with their creation, which spares a write. Pods that have to wait for
 * claims or to be compared with simulated nodes are assigned later.
 */
public final class PodScheduling implements CommitParticipant {
    private final Store store;
    private final boolean hasNodes;

    /** Reads from that store which namespaces opted out. */
    public PodScheduling(Store store, SimulationSettings settings) {
        this.store = store;
        this.hasNodes = settings.nodes() > 0;
    }

    @Override
    public void complete(PendingWrite write) {
        if (hasNodes
                || write.operation() != Operation.CREATE
                || !write.type().storage().equals(Kinds.PODS)) {
            return;
        }
        var pod = write.object();
        if (Trees.text(pod, "spec", "nodeName").isEmpty() && takesPart(write) && isSimple(write)) {
            Trees.ensure(pod, "spec").put("nodeName", Simulated.NODE);
        }
    }

    private static boolean isSimple(PendingWrite write) {
        for (var volume : Trees.at(write.object(), "spec", "volumes")) {
            if (volume.has("persistentVolumeClaim") || volume.has("ephemeral")) {
                return false;
            }
        }
        return Trees.at(write.object(), "spec", "schedulingGates").isEmpty();
    }

    private boolean takesPart(PendingWrite write) {
        var namespace = new ObjectKey(Kinds.NAMESPACES, "", Trees.namespace(write.object()));
        return !Simulated.isOptedOut(write.object())
                && store.get(namespace)
                        .map(found -> !Simulated.isOptedOut(found.tree()))
                        .orElse(false);
    }
}
