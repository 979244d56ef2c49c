package io.luban.embeddedkube.reconcile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.operation.DeleteOptions;
import io.luban.embeddedkube.operation.Operations;
import io.luban.embeddedkube.operation.Operations.Target;
import io.luban.embeddedkube.operation.WriteOptions;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Objects as controllers see and change them, in their stored version and in the server's own name.
 *
 * @param manager field manager of the writes
 */
public record Cluster(Store store, Registry registry, Operations operations, Clock clock, String manager) {
    /** The same cluster with writes noted under another name. */
    public Cluster as(String otherManager) {
        return new Cluster(store, registry, operations, clock, otherManager);
    }

    /** The time. */
    public Instant now() {
        return clock.instant();
    }

    /** The object under the key. */
    public Optional<ObjectNode> get(ObjectKey key) {
        return store.get(key).map(StoredObject::tree);
    }

    /** The object under the names. */
    public Optional<ObjectNode> get(GroupResource resource, String namespace, String name) {
        return get(new ObjectKey(resource, namespace, name));
    }

    /** The objects of a namespace. */
    public List<ObjectNode> list(GroupResource resource, String namespace) {
        var result = new ArrayList<ObjectNode>();
        store.snapshot(resource).inNamespace(namespace).forEach(object -> result.add(object.tree()));
        return result;
    }

    /** The objects of a resource that an object owns. */
    public List<ObjectNode> owned(ObjectNode owner, GroupResource resource) {
        return store.dependents(Trees.uid(owner)).stream()
                .filter(object -> object.key().resource().equals(resource)
                        && object.key().namespace().equals(Trees.namespace(owner)))
                .map(StoredObject::tree)
                .toList();
    }

    /** Creates the object; empty when there is one of that name already. */
    public Optional<ObjectNode> create(GroupResource resource, ObjectNode object) {
        try {
            var options = WriteOptions.of(manager);
            return Optional.of(
                    operations.create(User.SYSTEM, type(resource), Trees.namespace(object), object, options));
        } catch (ApiException e) {
            if (e.status().reason().equals("AlreadyExists")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Changes the object, or a part of it; empty when it is gone. */
    public Optional<ObjectNode> modify(ObjectKey key, String subresource, UnaryOperator<ObjectNode> change) {
        try {
            var target = new Target(key.namespace(), key.name(), subresource);
            return Optional.of(
                    operations.modify(User.SYSTEM, type(key.resource()), target, change, WriteOptions.of(manager)));
        } catch (ApiException e) {
            if (e.code() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Deletes the object with that uid in the background, without waiting for containers to end. */
    public void delete(ObjectKey key, String uid) {
        delete(key, uid, "Background");
    }

    /** Deletes the object with that uid; one that is gone or another one by now is fine. */
    public void delete(ObjectKey key, String uid, String propagationPolicy) {
        var options = new DeleteOptions(
                Optional.of(propagationPolicy), OptionalLong.of(0), Optional.of(uid), Optional.empty(), false);
        try {
            operations.delete(User.SYSTEM, type(key.resource()), Target.of(key.namespace(), key.name()), options);
        } catch (ApiException e) {
            if (e.code() != 404 && e.code() != 409) {
                throw e;
            }
        }
    }

    /** The key of an object. */
    public static ObjectKey key(GroupResource resource, ObjectNode object) {
        return new ObjectKey(resource, Trees.namespace(object), Trees.name(object));
    }

    private ResourceType type(GroupResource resource) {
        return registry.preferred(resource)
                .orElseThrow(() -> ApiException.unavailable(resource + " is not served at the moment"));
    }
}
