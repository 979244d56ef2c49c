package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.bootstrap.NewObjects;
import io.luban.embeddedkube.operation.CommitParticipant;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes an IPAddress for every cluster IP, in the commit of the Service that holds it. */
public final class AddressObjects implements CommitParticipant {
    static final GroupResource ADDRESSES = new GroupResource("networking.k8s.io", "ipaddresses");

    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String ALLOCATOR = "ipallocator.k8s.io";

    private final Store store;
    private final NewObjects objects;

    /** Keeps the addresses of that store. */
    public AddressObjects(Store store, NewObjects objects) {
        this.store = store;
        this.objects = objects;
    }

    @Override
    public List<Change> accompany(PendingWrite write) {
        if (!write.type().storage().equals(AddressBook.SERVICES)) {
            return List.of();
        }
        var before = write.old().flatMap(AddressObjects::address);
        var after = write.removes() ? Optional.<String>empty() : address(write.object());
        if (write.removes()) {
            before = before.or(() -> address(write.object()));
        }
        var changes = new ArrayList<Change>();
        if (!before.equals(after)) {
            before.ifPresent(address -> drop(address, write.object(), changes));
        }
        after.ifPresent(address -> add(address, write.object(), changes));
        return changes;
    }

    /** Writes what is missing, of stores from before there were any, and removes what no Service holds any more. */
    public void repair() {
        var changes = new ArrayList<Change>();
        for (var service : store.snapshot(AddressBook.SERVICES).all()) {
            address(service.tree()).ifPresent(address -> add(address, service.tree(), changes));
        }
        for (var stored : store.snapshot(ADDRESSES).all()) {
            var object = stored.tree();
            if (Trees.labels(object).getOrDefault(MANAGED_BY, "").equals(ALLOCATOR) && !isHeld(object)) {
                changes.add(new Change.Delete(stored.key(), stored.revision()));
            }
        }
        if (!changes.isEmpty()) {
            store.commit(changes);
        }
    }

    private boolean isHeld(ObjectNode address) {
        var parent = Trees.at(address, "spec", "parentRef");
        var key = new ObjectKey(AddressBook.SERVICES, Trees.text(parent, "namespace"), Trees.text(parent, "name"));
        return store.get(key)
                .flatMap(service -> address(service.tree()))
                .filter(held -> held.equals(Trees.name(address)))
                .isPresent();
    }

    private void add(String address, ObjectNode service, List<Change> changes) {
        if (store.get(key(address)).isEmpty()) {
            changes.add(new Change.Put(key(address), Change.ABSENT, objects.complete(object(address, service))));
        }
    }

    private void drop(String address, ObjectNode service, List<Change> changes) {
        store.get(key(address))
                .filter(stored -> isOf(stored.tree(), service))
                .ifPresent(stored -> changes.add(new Change.Delete(stored.key(), stored.revision())));
    }

    /** Whether somebody else than the Service has laid claim to the address by an object. */
    static boolean isClaimed(Store store, String address, ObjectKey service) {
        return store.get(key(address))
                .map(stored -> Trees.at(stored.tree(), "spec", "parentRef"))
                .filter(parent -> !Trees.text(parent, "namespace").equals(service.namespace())
                        || !Trees.text(parent, "name").equals(service.name()))
                .isPresent();
    }

    private static boolean isOf(JsonNode address, ObjectNode service) {
        var parent = Trees.at(address, "spec", "parentRef");
        return Trees.text(parent, "namespace").equals(Trees.namespace(service))
                && Trees.text(parent, "name").equals(Trees.name(service));
    }

    private static ObjectNode object(String address, ObjectNode service) {
        var parent = Json.object()
                .put("resource", "services")
                .put("namespace", Trees.namespace(service))
                .put("name", Trees.name(service));
        var spec = Json.object();
        spec.set("parentRef", parent);
        return Draft.of("networking.k8s.io/v1", "IPAddress", "", address)
                .label("ipaddress.kubernetes.io/ip-family", "IPv4")
                .label(MANAGED_BY, ALLOCATOR)
                .with("spec", spec)
                .json();
    }

    private static Optional<String> address(JsonNode service) {
        return Optional.of(Trees.text(service, "spec", "clusterIP"))
                .filter(text -> !text.isEmpty() && !text.equals("None"));
    }

    private static ObjectKey key(String address) {
        return new ObjectKey(ADDRESSES, "", address);
    }
}
