package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Binds claims to volumes that fit or that are made for them when their class allows it, enlarges them on demand, and
 * removes a volume with its claim unless it is to be kept.
 */
final class Claims implements Controller {
    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

    private final Simulated simulated;
    private final Cluster cluster;
    private final EventRecorder.Source events;
    private final Set<ObjectKey> pending = ConcurrentHashMap.newKeySet();

    Claims(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
        this.events = simulated.events("persistentvolume-controller");
    }

    @Override
    public String name() {
        return "simulated-claims";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.CLAIMS)
                || resource.equals(Kinds.VOLUMES)
                || resource.equals(Kinds.STORAGE_CLASSES);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var key = event.object().key();
        if (key.resource().equals(Kinds.CLAIMS) && event.type() == Event.Type.DELETED) {
            pending.remove(key);
            var volume = Trees.text(event.object().tree(), "spec", "volumeName");
            if (!volume.isEmpty()) {
                queue.accept(new ObjectKey(Kinds.VOLUMES, "", volume));
            }
            return;
        }
        if (!key.resource().equals(Kinds.CLAIMS)) {
            pending.forEach(queue);
        }
        if (!key.resource().equals(Kinds.STORAGE_CLASSES) && event.type() != Event.Type.DELETED) {
            queue.accept(key);
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        if (key.resource().equals(Kinds.VOLUMES)) {
            simulated.find(key).ifPresent(volume -> reconcileVolume(key, volume));
        } else {
            simulated.find(key).ifPresent(claim -> reconcileClaim(key, claim));
        }
        return Outcome.done();
    }

    private void reconcileVolume(ObjectKey key, ObjectNode volume) {
        var claim = Trees.at(volume, "spec", "claimRef");
        if (Trees.text(claim, "uid").isEmpty()) {
            setPhase(key, volume, "Available");
            return;
        }
        var isClaimed = cluster.get(Kinds.CLAIMS, Trees.text(claim, "namespace"), Trees.text(claim, "name"))
                .filter(found -> Trees.uid(found).equals(Trees.text(claim, "uid")))
                .isPresent();
        if (isClaimed) {
            setPhase(key, volume, "Bound");
            return;
        }
        switch (Trees.text(volume, "spec", "persistentVolumeReclaimPolicy")) {
            case "Delete" -> cluster.delete(key, Trees.uid(volume));
            case "Recycle" ->
                cluster.modify(key, "", live -> {
                    Trees.ensure(live, "spec").remove("claimRef");
                    return live;
                });
            default -> setPhase(key, volume, "Released");
        }
    }

    private void setPhase(ObjectKey key, ObjectNode volume, String phase) {
        if (!Trees.text(volume, "status", "phase").equals(phase)) {
            simulated.writeStatus(key, status -> status.put("phase", phase));
        }
    }

    private void reconcileClaim(ObjectKey key, ObjectNode claim) {
        if (Trees.text(claim, "status", "phase").equals("Bound")) {
            enlarge(key, claim);
            return;
        }
        // noted before the attempt, so that whatever changes during it leads to another one
        pending.add(key);
        var volume = volume(claim);
        if (volume.isPresent()) {
            bind(key, claim, volume.get());
            pending.remove(key);
        }
    }

    /** The volume that the claim gets, made where it may be; empty when the claim has to wait. */
    private Optional<ObjectNode> volume(ObjectNode claim) {
        var named = Trees.text(claim, "spec", "volumeName");
        if (!named.isEmpty()) {
            return cluster.get(Kinds.VOLUMES, "", named).filter(volume -> Volumes.isFreeFor(volume, claim));
        }
        var storageClass = className(claim);
        var fitting = Volumes.smallestFitting(cluster.store(), claim, storageClass);
        if (fitting.isPresent()) {
            return fitting;
        }
        if (storageClass.isEmpty()) {
            events.normal(
                    claim,
                    "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set");
            return Optional.empty();
        }
        var found = cluster.get(Kinds.STORAGE_CLASSES, "", storageClass);
        if (found.isEmpty()) {
            events.warning(
                    claim, "ProvisioningFailed", "storageclass.storage.k8s.io \"" + storageClass + "\" not found");
            return Optional.empty();
        }
        return provision(claim, found.get());
    }

    private Optional<ObjectNode> provision(ObjectNode claim, ObjectNode storageClass) {
        boolean waits = Trees.text(storageClass, "volumeBindingMode").equals("WaitForFirstConsumer");
        if (waits && Trees.annotation(claim, PodBinding.SELECTED_NODE).isEmpty()) {
            events.normal(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
            return Optional.empty();
        }
        var volume = Volumes.made(claim, storageClass);
        var created = cluster.create(Kinds.VOLUMES, volume);
        if (created.isPresent()) {
            events.normal(
                    claim, "ProvisioningSucceeded", "Successfully provisioned volume " + Trees.name(created.get()));
        }
        return created.or(() -> cluster.get(Kinds.VOLUMES, "", Trees.name(volume)));
    }

    /** The class that the claim names, else the default one; empty when there is none. */
    private String className(ObjectNode claim) {
        var named = Trees.at(claim, "spec", "storageClassName");
        if (!named.isMissingNode()) {
            return named.asText();
        }
        for (var candidate : cluster.store().snapshot(Kinds.STORAGE_CLASSES).all()) {
            if (Trees.annotation(candidate.tree(), DEFAULT_CLASS).equals("true")) {
                return candidate.key().name();
            }
        }
        return "";
    }

    private void bind(ObjectKey key, ObjectNode claim, ObjectNode volume) {
        cluster.modify(Cluster.key(Kinds.VOLUMES, volume), "", live -> {
            Volumes.refer(Trees.ensure(live, "spec", "claimRef"), claim);
            return live;
        });
        var provisioner = Trees.annotation(volume, "pv.kubernetes.io/provisioned-by");
        cluster.modify(key, "", live -> {
            var spec = Trees.ensure(live, "spec");
            spec.put("volumeName", Trees.name(volume));
            var annotations = Trees.ensure(live, "metadata", "annotations");
            annotations
                    .put("pv.kubernetes.io/bind-completed", "yes")
                    .put("pv.kubernetes.io/bound-by-controller", "yes");
            if (!provisioner.isEmpty()) {
                annotations.put("volume.kubernetes.io/storage-provisioner", provisioner);
            }
            return live;
        });
        simulated.writeStatus(key, status -> {
            status.put("phase", "Bound");
            status.set("accessModes", Trees.at(volume, "spec", "accessModes").deepCopy());
            status.set("capacity", Trees.at(volume, "spec", "capacity").deepCopy());
        });
    }

    private void enlarge(ObjectKey key, ObjectNode claim) {
        var wanted = Trees.text(claim, "spec", "resources", "requests", "storage");
        var actual = Trees.text((JsonNode) claim, "status", "capacity", "storage");
        if (wanted.isEmpty() || actual.isEmpty() || Quantity.parse(wanted).compareTo(Quantity.parse(actual)) <= 0) {
            return;
        }
        cluster.modify(new ObjectKey(Kinds.VOLUMES, "", Trees.text(claim, "spec", "volumeName")), "", live -> {
            Trees.ensure(live, "spec", "capacity").put("storage", wanted);
            return live;
        });
        simulated.writeStatus(key, status -> Trees.ensure(status, "capacity").put("storage", wanted));
        events.normal(claim, "VolumeResizeSuccessful", "Resize volume succeeded");
    }
}
