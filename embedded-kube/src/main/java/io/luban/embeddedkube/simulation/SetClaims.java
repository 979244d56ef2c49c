package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.Set;

/** The claims of a StatefulSet's pods: made with the pods, kept or deleted after them as the set wants. */
final class SetClaims {
    private final Cluster cluster;
    private final EventRecorder.Source events;

    SetClaims(Cluster cluster, EventRecorder.Source events) {
        this.cluster = cluster;
        this.events = events;
    }

    /** Makes the claims of a pod where they are missing, and mounts them in place of volumes of the same name. */
    void add(ObjectNode set, String pod, ObjectNode podSpec) {
        var templates = Trees.at(set, "spec", "volumeClaimTemplates");
        if (templates.isEmpty()) {
            return;
        }
        var volumes = Trees.ensureArray(podSpec, "volumes");
        for (var template : templates) {
            var volume = Trees.name(template);
            var claim = volume + "-" + pod;
            if (cluster.get(Kinds.CLAIMS, Trees.namespace(set), claim).isEmpty()) {
                create(set, template, claim, pod);
            }
            volumes.removeIf(other -> Trees.text(other, "name").equals(volume));
            volumes.addObject()
                    .put("name", volume)
                    .putObject("persistentVolumeClaim")
                    .put("claimName", claim);
        }
    }

    private void create(ObjectNode set, JsonNode template, String name, String pod) {
        var draft = Draft.of("v1", "PersistentVolumeClaim", Trees.namespace(set), name)
                .labels(Trees.labels(template))
                .labels(Trees.texts(Trees.at(set, "spec", "selector", "matchLabels")))
                .with("spec", template.path("spec").deepCopy());
        Trees.texts(Trees.at(template, "metadata", "annotations")).forEach(draft::annotation);
        var claim = draft.json();
        if (isDeleted(set, "whenDeleted")) {
            own(set, claim);
        }
        if (cluster.create(Kinds.CLAIMS, claim).isPresent()) {
            events.normal(
                    set,
                    "SuccessfulCreate",
                    "create Claim %s Pod %s in StatefulSet %s success".formatted(name, pod, Trees.name(set)));
        }
    }

    private static boolean isDeleted(ObjectNode set, String when) {
        return Trees.text(set, "spec", "persistentVolumeClaimRetentionPolicy", when)
                .equals("Delete");
    }

    /** Ties claims to the set or frees them, and deletes those of pods that a smaller set no longer has. */
    void keepPolicy(ObjectNode set, int end, Set<Integer> present) {
        for (var template : Trees.at(set, "spec", "volumeClaimTemplates")) {
            var prefix = Trees.name(template) + "-" + Trees.name(set) + "-";
            for (var stored : cluster.store().snapshot(Kinds.CLAIMS).inNamespace(Trees.namespace(set))) {
                var name = stored.key().name();
                var number = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
                if (!number.matches("[0-9]{1,9}")) {
                    continue;
                }
                int ordinal = Integer.parseInt(number);
                if (ordinal >= end && !present.contains(ordinal) && isDeleted(set, "whenScaled")) {
                    cluster.delete(stored.key(), stored.uid());
                } else if (stored.ownerUids().contains(Trees.uid(set)) != isDeleted(set, "whenDeleted")) {
                    cluster.modify(stored.key(), "", live -> {
                        if (isDeleted(set, "whenDeleted")) {
                            own(set, live);
                        } else {
                            disown(set, live);
                        }
                        return live;
                    });
                }
            }
        }
    }

    private static void own(ObjectNode set, ObjectNode claim) {
        disown(set, claim);
        Trees.ensureArray(Trees.ensure(claim, "metadata"), "ownerReferences")
                .addObject()
                .put("apiVersion", Trees.text(set, "apiVersion"))
                .put("kind", Trees.text(set, "kind"))
                .put("name", Trees.name(set))
                .put("uid", Trees.uid(set));
    }

    private static void disown(ObjectNode set, ObjectNode claim) {
        var metadata = Trees.ensure(claim, "metadata");
        var kept = new ArrayList<JsonNode>();
        for (var reference : metadata.path("ownerReferences")) {
            if (!Trees.text(reference, "uid").equals(Trees.uid(set))) {
                kept.add(reference);
            }
        }
        metadata.remove("ownerReferences");
        if (!kept.isEmpty()) {
            kept.forEach(metadata.putArray("ownerReferences")::add);
        }
    }
}
