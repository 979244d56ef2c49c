package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import io.luban.model.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;

/** Volumes as claims look for them, and as they are made for claims. */
final class Volumes {
    private static final String PROVISIONER = "kube.luban.io/simulated";

    private Volumes() {}

    /** The smallest volume that users made, that nobody has, and that is what the claim asks for. */
    static Optional<ObjectNode> smallestFitting(Store store, ObjectNode claim, String storageClass) {
        var fitting = new ArrayList<ObjectNode>();
        for (var stored : store.snapshot(Kinds.VOLUMES).all()) {
            var volume = stored.tree();
            if (isFreeFor(volume, claim) && fits(volume, claim, storageClass)) {
                fitting.add(volume);
            }
        }
        return fitting.stream().min(Comparator.comparing(Volumes::capacity));
    }

    /** Whether nobody has the volume, or it waits for this very claim. */
    static boolean isFreeFor(JsonNode volume, JsonNode claim) {
        if (Trees.isTerminating(volume)) {
            return false;
        }
        var reference = Trees.at(volume, "spec", "claimRef");
        if (!reference.isObject()) {
            return true;
        }
        var uid = Trees.text(reference, "uid");
        return Trees.text(reference, "name").equals(Trees.name(claim))
                && Trees.text(reference, "namespace").equals(Trees.namespace(claim))
                && (uid.isEmpty() || uid.equals(Trees.uid(claim)));
    }

    private static boolean fits(JsonNode volume, JsonNode claim, String storageClass) {
        var wanted = Trees.text(claim, "spec", "resources", "requests", "storage");
        var modes = Trees.items(Trees.at(volume, "spec", "accessModes"));
        return Trees.text(volume, "spec", "storageClassName").equals(storageClass)
                && (wanted.isEmpty() || capacity(volume).compareTo(Quantity.parse(wanted)) >= 0)
                && modes.containsAll(Trees.items(Trees.at(claim, "spec", "accessModes")))
                && mode(volume).equals(mode(claim))
                && LabelSelector.of(Trees.at(claim, "spec", "selector")).matches(Trees.labels(volume));
    }

    private static Quantity capacity(JsonNode volume) {
        return Quantity.parse(Trees.at(volume, "spec", "capacity", "storage").asText("0"));
    }

    private static String mode(JsonNode object) {
        return Trees.at(object, "spec", "volumeMode").asText("Filesystem");
    }

    static void refer(ObjectNode reference, JsonNode claim) {
        reference
                .put("apiVersion", "v1")
                .put("kind", "PersistentVolumeClaim")
                .put("namespace", Trees.namespace(claim))
                .put("name", Trees.name(claim))
                .put("uid", Trees.uid(claim));
    }

    /** A volume of the class for the claim. */
    static ObjectNode made(ObjectNode claim, ObjectNode storageClass) {
        var name = "pvc-" + Trees.uid(claim);
        var spec = Json.object();
        spec.set("capacity", Trees.at(claim, "spec", "resources", "requests").deepCopy());
        spec.set("accessModes", Trees.at(claim, "spec", "accessModes").deepCopy());
        refer(spec.putObject("claimRef"), claim);
        spec.put(
                "persistentVolumeReclaimPolicy",
                storageClass.path("reclaimPolicy").asText("Delete"));
        spec.put("volumeMode", mode(claim));
        spec.put("storageClassName", Trees.name(storageClass));
        spec.putObject("csi").put("driver", PROVISIONER).put("volumeHandle", name);
        return Draft.of("v1", "PersistentVolume", "", name)
                .label(Simulated.MARK, "true")
                .annotation(Simulated.MARK, "true")
                .annotation("pv.kubernetes.io/provisioned-by", Trees.text(storageClass, "provisioner"))
                .with("spec", spec)
                .json();
    }
}
