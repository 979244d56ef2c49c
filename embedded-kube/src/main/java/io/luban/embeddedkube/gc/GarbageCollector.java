package io.luban.embeddedkube.gc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Follows owners: see {@link Ownership} for the questions, this class for what is done about the answers. */
public final class GarbageCollector implements Controller {
    private final Cluster cluster;
    private final Store store;
    private final Ownership ownership;
    private final Optional<EventRecorder.Source> events;

    /** Collects in that cluster without telling anybody. */
    public GarbageCollector(Cluster cluster) {
        this(cluster, Optional.empty());
    }

    /** Collects in that cluster and tells about references that cannot hold. */
    public GarbageCollector(Cluster cluster, Optional<EventRecorder.Source> events) {
        this.events = events;
        this.cluster = cluster.as("garbage-collector");
        this.store = cluster.store();
        this.ownership = new Ownership(store);
    }

    @Override
    public String name() {
        return "garbage-collector";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return true;
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        var object = event.object();
        if (event.type() == Event.Type.DELETED) {
            store.dependents(object.uid()).forEach(dependent -> queue.accept(dependent.key()));
            enqueueOwners(object, queue);
            return;
        }
        boolean isTerminating = object.isTerminating();
        if (isTerminating || !object.ownerUids().isEmpty()) {
            queue.accept(object.key());
        }
        if (isTerminating) {
            store.dependents(object.uid()).forEach(dependent -> queue.accept(dependent.key()));
        }
        event.previous()
                .filter(previous -> !previous.ownerUids().equals(object.ownerUids()))
                .ifPresent(previous -> enqueueOwners(previous, queue));
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var found = store.get(key);
        if (found.isEmpty()) {
            return Outcome.done();
        }
        var object = found.get();
        var tree = object.tree();
        if (Trees.isTerminating(tree)) {
            finishDeletion(object, tree);
        } else if (!object.ownerUids().isEmpty()) {
            checkOwners(object, tree);
        }
        return Outcome.done();
    }

    private void enqueueOwners(StoredObject object, Consumer<ObjectKey> queue) {
        object.ownerUids().forEach(uid -> store.byUid(uid).ifPresent(owner -> queue.accept(owner.key())));
    }

    private void finishDeletion(StoredObject object, ObjectNode tree) {
        var finalizers = Ownership.finalizers(tree);
        if (finalizers.contains(Ownership.ORPHAN)) {
            orphanDependents(object);
        } else if (finalizers.contains(Ownership.FOREGROUND)) {
            deleteDependents(object);
        }
    }

    private void orphanDependents(StoredObject owner) {
        for (var dependent : store.dependents(owner.uid())) {
            cluster.modify(dependent.key(), "", tree -> Ownership.withoutReferences(tree, List.of(owner.uid())));
        }
        cluster.modify(owner.key(), "", tree -> Ownership.withoutFinalizer(tree, Ownership.ORPHAN));
    }

    private void deleteDependents(StoredObject owner) {
        for (var dependent : ownership.dependentsOf(owner)) {
            deleteBecauseOf(dependent);
        }
        boolean isBlocked = ownership.dependentsOf(owner).stream()
                .anyMatch(dependent ->
                        Ownership.blocks(dependent, owner.uid()) && !ownership.isOwnedBy(owner, dependent.uid()));
        if (!isBlocked) {
            cluster.modify(owner.key(), "", tree -> Ownership.withoutFinalizer(tree, Ownership.FOREGROUND));
        }
    }

    /** A dependent with another living owner only loses its reference. */
    private void deleteBecauseOf(StoredObject dependent) {
        var tree = dependent.tree();
        if (Trees.isTerminating(tree)) {
            return;
        }
        checkOwners(dependent, tree);
    }

    private void tellInvalidOwners(StoredObject object, ObjectNode tree) {
        if (events.isEmpty()) {
            return;
        }
        for (var reference : Ownership.references(tree)) {
            var uid = Trees.text(reference, "uid");
            var isForeign = store.byUid(uid)
                    .map(owner -> owner.key().namespace())
                    .filter(namespace -> !namespace.isEmpty()
                            && !namespace.equals(object.key().namespace()))
                    .isPresent();
            if (isForeign) {
                var text = "ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace \"%s\""
                        .formatted(
                                Trees.text(reference, "apiVersion"),
                                Trees.text(reference, "kind"),
                                object.key().namespace(),
                                Trees.text(reference, "name"),
                                uid,
                                object.key().namespace());
                events.get().warning(tree, "OwnerRefInvalidNamespace", text);
            }
        }
    }

    /**
     * An owner in a namespace cannot be looked up for an object outside of any, and once it is gone nobody can tell where
     * it was; such an object is left alone.
     */
    private boolean namesNamespacedOwner(ObjectNode tree) {
        for (var reference : Ownership.references(tree)) {
            boolean isNamespaced = cluster.registry().all().stream()
                    .anyMatch(type -> type.namespaced()
                            && type.kind().kind().equals(Trees.text(reference, "kind"))
                            && type.kind().apiVersion().equals(Trees.text(reference, "apiVersion")));
            if (isNamespaced) {
                return true;
            }
        }
        return false;
    }

    private void checkOwners(StoredObject object, ObjectNode tree) {
        tellInvalidOwners(object, tree);
        if (object.key().namespace().isEmpty() && namesNamespacedOwner(tree)) {
            return;
        }
        var owners = ownership.ownersOf(object.key(), tree);
        boolean isAlive = !owners.solid().isEmpty() && ownership.isReachableFromRoot(object);
        if (!isAlive) {
            boolean inForeground = !owners.waiting().isEmpty()
                    && !store.dependents(object.uid()).isEmpty();
            cluster.delete(object.key(), object.uid(), inForeground ? "Foreground" : "Background");
        } else if (!owners.useless().isEmpty()) {
            cluster.modify(object.key(), "", live -> Ownership.withoutReferences(live, owners.useless()));
        }
    }
}
