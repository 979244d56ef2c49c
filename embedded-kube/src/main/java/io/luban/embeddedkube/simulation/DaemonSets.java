package io.luban.embeddedkube.simulation;

import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.function.Consumer;

/** Finds that DaemonSets have what they want: one pod on each of no nodes. */
final class DaemonSets implements Controller {
    private final Simulated simulated;

    DaemonSets(Simulated simulated) {
        this.simulated = simulated;
    }

    @Override
    public String name() {
        return "simulated-daemonsets";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.DAEMON_SETS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        queue.accept(event.object().key());
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        simulated.find(key).ifPresent(set -> {
            long generation = Trees.at(set, "metadata", "generation").asLong();
            simulated.writeStatus(
                    key,
                    status -> status.put("observedGeneration", generation)
                            .put("currentNumberScheduled", 0)
                            .put("desiredNumberScheduled", 0)
                            .put("numberMisscheduled", 0)
                            .put("numberReady", 0));
        });
        return Outcome.done();
    }
}
