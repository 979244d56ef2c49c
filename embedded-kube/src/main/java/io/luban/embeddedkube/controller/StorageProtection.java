package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.function.Consumer;

/** Lets claims go that no pod uses, and volumes that no claim is bound to, once they are deleted. */
final class StorageProtection implements Controller {
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final GroupResource VOLUMES = new GroupResource("", "persistentvolumes");
    private static final GroupResource PODS = new GroupResource("", "pods");

    private final Cluster cluster;

    StorageProtection(Cluster cluster) {
        this.cluster = cluster.as("storage-protection-controller");
    }

    @Override
    public String name() {
        return "storage-protection";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(CLAIMS) || resource.equals(VOLUMES) || resource.equals(PODS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(PODS)) {
            if (event.type() != Event.Type.ADDED) {
                cluster.store()
                        .snapshot(CLAIMS)
                        .inNamespace(key.namespace())
                        .forEach(claim -> queue.accept(claim.key()));
            }
        } else {
            queue.accept(key);
            if (key.resource().equals(CLAIMS) && event.type() == Event.Type.DELETED) {
                cluster.store().snapshot(VOLUMES).all().forEach(volume -> queue.accept(volume.key()));
            }
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        cluster.get(key).filter(Trees::isTerminating).ifPresent(object -> {
            if (key.resource().equals(CLAIMS) && !isMounted(key)) {
                release(key, "kubernetes.io/pvc-protection");
            } else if (key.resource().equals(VOLUMES) && !isBound(object)) {
                release(key, "kubernetes.io/pv-protection");
            }
        });
        return Outcome.done();
    }

    private boolean isMounted(ObjectKey claim) {
        for (var pod : cluster.list(PODS, claim.namespace())) {
            var phase = Trees.text(pod, "status", "phase");
            for (var volume : Trees.at(pod, "spec", "volumes")) {
                if (Trees.text(volume, "persistentVolumeClaim", "claimName").equals(claim.name())
                        && !phase.equals("Succeeded")
                        && !phase.equals("Failed")) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isBound(ObjectNode volume) {
        var claim = Trees.at(volume, "spec", "claimRef");
        return cluster.get(CLAIMS, Trees.text(claim, "namespace"), Trees.text(claim, "name"))
                .filter(found -> Trees.uid(found).equals(Trees.text(claim, "uid")))
                .isPresent();
    }

    private void release(ObjectKey key, String finalizer) {
        cluster.modify(key, "", live -> {
            var metadata = Trees.ensure(live, "metadata");
            var rest = Trees.items(metadata.path("finalizers"));
            rest.remove(finalizer);
            metadata.remove("finalizers");
            if (!rest.isEmpty()) {
                rest.forEach(metadata.putArray("finalizers")::add);
            }
            return live;
        });
    }
}
