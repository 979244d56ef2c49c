package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.function.Consumer;

/** Binds claims to volumes made for them, and removes a volume with its claim unless it is to be kept. */
final class Claims implements Controller {
    private static final String PROVISIONER = "kube.luban.io/simulated";

    private final Simulated simulated;
    private final Cluster cluster;

    Claims(Simulated simulated) {
        this.simulated = simulated;
        this.cluster = simulated.cluster();
    }

    @Override
    public String name() {
        return "simulated-claims";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(Kinds.CLAIMS) || resource.equals(Kinds.VOLUMES);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var object = event.object();
        var isVolume = object.key().resource().equals(Kinds.VOLUMES);
        if (!isVolume && event.type() == Event.Type.DELETED) {
            queue.accept(new ObjectKey(Kinds.VOLUMES, "", "pvc-" + object.uid()));
        } else if (event.type() != Event.Type.DELETED) {
            queue.accept(object.key());
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        if (key.resource().equals(Kinds.VOLUMES)) {
            cluster.get(key).ifPresent(volume -> reconcileVolume(key, volume));
        } else {
            simulated.find(key).ifPresent(claim -> bind(key, claim));
        }
        return Outcome.done();
    }

    private void reconcileVolume(ObjectKey key, ObjectNode volume) {
        if (!Trees.labels(volume).containsKey(Simulated.MARK) || Trees.isTerminating(volume)) {
            return;
        }
        var claim = Trees.at(volume, "spec", "claimRef");
        var isClaimed = cluster.get(Kinds.CLAIMS, Trees.text(claim, "namespace"), Trees.text(claim, "name"))
                .filter(found -> Trees.uid(found).equals(Trees.text(claim, "uid")))
                .isPresent();
        if (isClaimed) {
            setPhase(key, volume, "Bound");
        } else if (Trees.text(volume, "spec", "persistentVolumeReclaimPolicy").equals("Delete")) {
            cluster.delete(key, Trees.uid(volume));
        } else {
            setPhase(key, volume, "Released");
        }
    }

    private void setPhase(ObjectKey key, ObjectNode volume, String phase) {
        if (!Trees.text(volume, "status", "phase").equals(phase)) {
            simulated.writeStatus(key, status -> status.put("phase", phase));
        }
    }

    private void bind(ObjectKey key, ObjectNode claim) {
        if (Trees.text(claim, "status", "phase").equals("Bound")) {
            return;
        }
        var volume = Trees.text(claim, "spec", "volumeName");
        if (volume.isEmpty()) {
            volume = "pvc-" + Trees.uid(claim);
            cluster.create(Kinds.VOLUMES, volume(claim, volume));
            var name = volume;
            cluster.modify(key, "", live -> {
                Trees.ensure(live, "spec").put("volumeName", name);
                Trees.ensure(live, "metadata", "annotations")
                        .put("pv.kubernetes.io/bind-completed", "yes")
                        .put("pv.kubernetes.io/bound-by-controller", "yes")
                        .put("volume.kubernetes.io/storage-provisioner", PROVISIONER);
                return live;
            });
        }
        var modes = Trees.at(claim, "spec", "accessModes");
        var wanted = Trees.at(claim, "spec", "resources", "requests");
        simulated.writeStatus(key, status -> {
            status.put("phase", "Bound");
            status.set("accessModes", modes.deepCopy());
            status.set("capacity", wanted.deepCopy());
        });
    }

    private static ObjectNode volume(ObjectNode claim, String name) {
        var spec = Json.object();
        spec.set("capacity", Trees.at(claim, "spec", "resources", "requests").deepCopy());
        spec.set("accessModes", Trees.at(claim, "spec", "accessModes").deepCopy());
        spec.putObject("claimRef")
                .put("apiVersion", "v1")
                .put("kind", "PersistentVolumeClaim")
                .put("namespace", Trees.namespace(claim))
                .put("name", Trees.name(claim))
                .put("uid", Trees.uid(claim));
        spec.put("persistentVolumeReclaimPolicy", "Delete");
        spec.put("volumeMode", Trees.at(claim, "spec", "volumeMode").asText("Filesystem"));
        var storageClass = Trees.text(claim, "spec", "storageClassName");
        if (!storageClass.isEmpty()) {
            spec.put("storageClassName", storageClass);
        }
        spec.putObject("csi").put("driver", PROVISIONER).put("volumeHandle", name);
        return Draft.of("v1", "PersistentVolume", "", name)
                .label(Simulated.MARK, "true")
                .annotation(Simulated.MARK, "true")
                .annotation("pv.kubernetes.io/provisioned-by", PROVISIONER)
                .with("spec", spec)
                .json();
    }
}
