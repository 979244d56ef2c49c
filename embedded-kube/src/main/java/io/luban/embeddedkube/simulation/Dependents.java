package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.LabelSelector;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;

/** The objects that a workload controls: those it made, and orphans that its selector picks. */
final class Dependents {
    private Dependents() {}

    /** What the owner controls; adopts orphans that match, lets go what no longer does. */
    static List<ObjectNode> of(Cluster cluster, ObjectNode owner, GroupResource resource) {
        return of(cluster, owner, resource, LabelSelector.of(Trees.at(owner, "spec", "selector")));
    }

    /** The same by a selector that the owner does not spell in the usual place. */
    static List<ObjectNode> of(Cluster cluster, ObjectNode owner, GroupResource resource, LabelSelector selector) {
        var result = new ArrayList<ObjectNode>();
        for (var child : cluster.owned(owner, resource)) {
            if (!isControlledBy(child, owner)) {
                continue;
            }
            if (selector.matches(Trees.labels(child)) || Trees.isTerminating(child)) {
                result.add(child);
            } else {
                release(cluster, owner, resource, child);
            }
        }
        if (!selector.isEmpty()) {
            adopt(cluster, owner, resource, selector, result);
        }
        return result;
    }

    private static void adopt(
            Cluster cluster,
            ObjectNode owner,
            GroupResource resource,
            LabelSelector selector,
            List<ObjectNode> result) {
        for (var candidate : cluster.store().snapshot(resource).inNamespace(Trees.namespace(owner))) {
            if (!candidate.ownerUids().isEmpty() || !selector.matches(candidate.labels())) {
                continue;
            }
            var tree = candidate.tree();
            if (Trees.isTerminating(tree) || Simulated.isFinished(tree)) {
                continue;
            }
            cluster.modify(candidate.key(), "", live -> {
                        if (Trees.at(live, "metadata", "ownerReferences").isEmpty()) {
                            reference(
                                    owner,
                                    Trees.ensureArray(Trees.ensure(live, "metadata"), "ownerReferences")
                                            .addObject());
                        }
                        return live;
                    })
                    .filter(live -> isControlledBy(live, owner))
                    .ifPresent(result::add);
        }
    }

    private static void reference(ObjectNode owner, ObjectNode target) {
        target.put("apiVersion", Trees.text(owner, "apiVersion"))
                .put("kind", Trees.text(owner, "kind"))
                .put("name", Trees.name(owner))
                .put("uid", Trees.uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    private static void release(Cluster cluster, ObjectNode owner, GroupResource resource, ObjectNode child) {
        cluster.modify(Cluster.key(resource, child), "", live -> {
            var kept = new ArrayList<JsonNode>();
            for (var reference : Trees.at(live, "metadata", "ownerReferences")) {
                if (!Trees.text(reference, "uid").equals(Trees.uid(owner))) {
                    kept.add(reference);
                }
            }
            var metadata = Trees.ensure(live, "metadata");
            metadata.remove("ownerReferences");
            if (!kept.isEmpty()) {
                kept.forEach(metadata.putArray("ownerReferences")::add);
            }
            return live;
        });
    }

    private static boolean isControlledBy(JsonNode child, JsonNode owner) {
        for (var reference : Trees.at(child, "metadata", "ownerReferences")) {
            if (Trees.text(reference, "uid").equals(Trees.uid(owner))
                    && reference.path("controller").asBoolean()) {
                return true;
            }
        }
        return false;
    }
}
