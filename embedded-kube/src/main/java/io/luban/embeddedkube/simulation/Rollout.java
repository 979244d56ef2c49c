package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Moves the pods of one Deployment from old ReplicaSets to the current one, within what its strategy allows. */
final class Rollout {
    private final DeploymentSets sets;
    private final ObjectNode deployment;

    Rollout(DeploymentSets sets, ObjectNode deployment) {
        this.sets = sets;
        this.deployment = deployment;
    }

    /** Sizes the ReplicaSets when the Deployment itself was resized, or while it is paused. */
    void resize(Optional<ObjectNode> current, List<ObjectNode> old) {
        int wanted = DeploymentSets.wanted(deployment);
        var all = new ArrayList<>(old);
        current.ifPresent(all::add);
        var active = all.stream()
                .filter(set -> DeploymentSets.replicas(set, "spec", "replicas") > 0)
                .toList();
        if (active.size() <= 1) {
            var only = active.isEmpty() ? current.or(() -> newest(old)) : Optional.of(active.getFirst());
            only.ifPresent(set -> sets.scale(deployment, set, wanted));
            return;
        }
        if (current.filter(this::isSaturated).isPresent()) {
            old.forEach(set -> sets.scale(deployment, set, 0));
        } else if (DeploymentSets.isRolling(deployment)) {
            resizeInProportion(active);
        }
    }

    private static Optional<ObjectNode> newest(List<ObjectNode> sets) {
        return sets.stream().max(Comparator.comparing(set -> Trees.text(set, "metadata", "creationTimestamp")));
    }

    private boolean isSaturated(ObjectNode set) {
        int wanted = DeploymentSets.wanted(deployment);
        return DeploymentSets.replicas(set, "spec", "replicas") == wanted
                && DeploymentSets.replicas(set, "status", "availableReplicas") == wanted;
    }

    /** Big ReplicaSets take a bigger part of the change; what rounding leaves goes to the biggest one. */
    private void resizeInProportion(List<ObjectNode> active) {
        int total = DeploymentSets.sum(active, "spec", "replicas");
        int allowed = DeploymentSets.wanted(deployment) == 0 ? 0 : DeploymentSets.mostReplicas(deployment);
        var bySize = active.stream()
                .sorted(Comparator.comparingInt((ObjectNode set) -> DeploymentSets.replicas(set, "spec", "replicas"))
                        .reversed())
                .toList();
        int[] sizes = new int[bySize.size()];
        int left = allowed;
        for (int i = 0; i < sizes.length; i++) {
            int size = DeploymentSets.replicas(bySize.get(i), "spec", "replicas");
            sizes[i] = Math.min(left, (int) Math.round((double) size * allowed / total));
            left -= sizes[i];
        }
        sizes[0] += left;
        for (int i = 0; i < sizes.length; i++) {
            sets.scale(deployment, bySize.get(i), sizes[i]);
        }
    }

    /** How many pods a new ReplicaSet begins with. */
    int firstSize(List<ObjectNode> old) {
        int wanted = DeploymentSets.wanted(deployment);
        if (!DeploymentSets.isRolling(deployment)) {
            return wanted;
        }
        int room = DeploymentSets.mostReplicas(deployment) - DeploymentSets.sum(old, "spec", "replicas");
        return Math.max(0, Math.min(wanted, room));
    }

    /** Recreate: nothing of the old template may be left before the new one begins. */
    boolean empty(List<ObjectNode> old) {
        old.forEach(set -> sets.scale(deployment, set, 0));
        return old.stream()
                .allMatch(set -> DeploymentSets.replicas(set, "spec", "replicas") == 0
                        && DeploymentSets.replicas(set, "status", "replicas") == 0);
    }

    /** One step of a rolling update: up where there is room, else down where enough is available. */
    void roll(ObjectNode current, List<ObjectNode> old) {
        int wanted = DeploymentSets.wanted(deployment);
        int size = DeploymentSets.replicas(current, "spec", "replicas");
        var grown = current;
        if (size > wanted) {
            grown = sets.scale(deployment, current, wanted);
        } else {
            int room = DeploymentSets.mostReplicas(deployment) - size - DeploymentSets.sum(old, "spec", "replicas");
            grown = sets.scale(deployment, current, size + Math.max(0, Math.min(wanted - size, room)));
        }
        shrinkOld(grown, old);
    }

    private void shrinkOld(ObjectNode current, List<ObjectNode> old) {
        int oldPods = DeploymentSets.sum(old, "spec", "replicas");
        if (oldPods == 0) {
            old.forEach(set -> sets.scale(deployment, set, 0));
            return;
        }
        int least = DeploymentSets.wanted(deployment) - DeploymentSets.mostUnavailable(deployment);
        int size = DeploymentSets.replicas(current, "spec", "replicas");
        int available = DeploymentSets.replicas(current, "status", "availableReplicas");
        int removable = oldPods + size - least - Math.max(0, size - available);
        if (removable <= 0) {
            return;
        }
        var oldestFirst = old.stream()
                .filter(set -> DeploymentSets.replicas(set, "spec", "replicas") > 0)
                .sorted(Comparator.comparing(set -> Trees.text(set, "metadata", "creationTimestamp")))
                .toList();
        var cleaned = new ArrayList<ObjectNode>();
        for (var set : oldestFirst) {
            int broken = DeploymentSets.replicas(set, "spec", "replicas")
                    - DeploymentSets.replicas(set, "status", "availableReplicas");
            int gone = Math.max(0, Math.min(broken, removable));
            removable -= gone;
            cleaned.add(gone == 0 ? set : scaleBy(set, -gone));
        }
        int spare = available + DeploymentSets.sum(cleaned, "status", "availableReplicas") - least;
        for (var set : cleaned) {
            int gone = Math.max(0, Math.min(spare, DeploymentSets.replicas(set, "spec", "replicas")));
            spare -= gone;
            scaleBy(set, -gone);
        }
    }

    private ObjectNode scaleBy(ObjectNode set, int change) {
        return sets.scale(deployment, set, DeploymentSets.replicas(set, "spec", "replicas") + change);
    }
}
