package io.luban.embeddedkube.gc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Questions about who owns whom. */
final class Ownership {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private final Store store;

    Ownership(Store store) {
        this.store = store;
    }

    /** What the ownerReferences of an object lead to. */
    record Owners(List<String> solid, List<String> waiting, List<String> absent) {
        /** References that keep nothing alive. */
        List<String> useless() {
            var result = new ArrayList<>(absent);
            result.addAll(waiting);
            return result;
        }
    }

    Owners ownersOf(ObjectKey key, ObjectNode object) {
        var owners = new Owners(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (var reference : references(object)) {
            var uid = Trees.text(reference, "uid");
            var owner = resolve(key, reference);
            if (owner.isEmpty()) {
                owners.absent().add(uid);
            } else if (isDeletedInForeground(owner.get().tree())) {
                owners.waiting().add(uid);
            } else {
                owners.solid().add(uid);
            }
        }
        return owners;
    }

    /** Whether the owners, or their owners, include one that needs no owner; cycles among themselves do not count. */
    boolean isReachableFromRoot(StoredObject object) {
        var seen = new HashSet<String>();
        var open = new ArrayDeque<>(List.of(object));
        while (!open.isEmpty()) {
            var next = open.remove();
            if (next.ownerUids().isEmpty()) {
                return true;
            }
            if (seen.add(next.uid())) {
                next.ownerUids().forEach(uid -> store.byUid(uid).ifPresent(open::add));
            }
        }
        return false;
    }

    /** Objects that wait in a circle for each other would wait for ever. */
    boolean isOwnedBy(StoredObject object, String ancestorUid) {
        var seen = new HashSet<String>();
        var open = new ArrayDeque<>(object.ownerUids());
        while (!open.isEmpty()) {
            var uid = open.remove();
            if (uid.equals(ancestorUid)) {
                return true;
            }
            if (seen.add(uid)) {
                store.byUid(uid).ifPresent(owner -> open.addAll(owner.ownerUids()));
            }
        }
        return false;
    }

    /** Objects that name the owner and may: their owner is of their namespace or of the cluster. */
    List<StoredObject> dependentsOf(StoredObject owner) {
        return store.dependents(owner.uid()).stream()
                .filter(dependent -> mayOwn(owner.key(), dependent.key()))
                .toList();
    }

    static boolean blocks(StoredObject dependent, String ownerUid) {
        for (var reference : references(dependent.tree())) {
            if (Trees.text(reference, "uid").equals(ownerUid)
                    && reference.path("blockOwnerDeletion").asBoolean()) {
                return true;
            }
        }
        return false;
    }

    static JsonNode references(JsonNode object) {
        return Trees.at(object, "metadata", "ownerReferences");
    }

    static boolean isDeletedInForeground(JsonNode object) {
        return Trees.isTerminating(object) && finalizers(object).contains(FOREGROUND);
    }

    static Set<String> finalizers(JsonNode object) {
        return Set.copyOf(Trees.items(Trees.at(object, "metadata", "finalizers")));
    }

    static ObjectNode withoutFinalizer(ObjectNode object, String finalizer) {
        var metadata = Trees.ensure(object, "metadata");
        var rest = Trees.items(metadata.path("finalizers"));
        if (rest.remove(finalizer)) {
            metadata.remove("finalizers");
            if (!rest.isEmpty()) {
                rest.forEach(metadata.putArray("finalizers")::add);
            }
        }
        return object;
    }

    static ObjectNode withoutReferences(ObjectNode object, List<String> uids) {
        var metadata = Trees.ensure(object, "metadata");
        var kept = new ArrayList<JsonNode>();
        references(object).forEach(reference -> {
            if (!uids.contains(Trees.text(reference, "uid"))) {
                kept.add(reference);
            }
        });
        metadata.remove("ownerReferences");
        if (!kept.isEmpty()) {
            kept.forEach(metadata.putArray("ownerReferences")::add);
        }
        return object;
    }

    private Optional<StoredObject> resolve(ObjectKey dependent, JsonNode reference) {
        return store.byUid(Trees.text(reference, "uid"))
                .filter(owner -> owner.key().name().equals(Trees.text(reference, "name")))
                .filter(owner -> mayOwn(owner.key(), dependent));
    }

    private static boolean mayOwn(ObjectKey owner, ObjectKey dependent) {
        return owner.namespace().isEmpty() || owner.namespace().equals(dependent.namespace());
    }
}
