package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupVersionKind;
import io.luban.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/** Finds the objects that parametrize a policy for one request. */
final class PolicyParams {
    private final Store store;
    private final Registry registry;

    PolicyParams(Store store, Registry registry) {
        this.store = store;
        this.registry = registry;
    }

    /** Why there are none although there must be. */
    static final class MissingParamsException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingParamsException(String message) {
            super(message);
        }
    }

    /** The parameters, each of which the policy is applied with; a null node for none. */
    List<JsonNode> of(Policy policy, PolicyBinding binding, String requestNamespace) throws MissingParamsException {
        if (!policy.paramKind().isObject() || !binding.paramRef().isObject()) {
            return List.of(NullNode.getInstance());
        }
        var type = type(policy.paramKind());
        var found = found(type, binding.paramRef(), namespace(type, binding.paramRef(), requestNamespace));
        if (found.isEmpty()
                && !Trees.text(binding.paramRef(), "parameterNotFoundAction").equals("Allow")) {
            throw new MissingParamsException("no params found for policy binding with `Deny` parameterNotFoundAction");
        }
        return found;
    }

    private ResourceType type(JsonNode paramKind) throws MissingParamsException {
        var kind = GroupVersionKind.of(Trees.text(paramKind, "apiVersion"), Trees.text(paramKind, "kind"));
        var type = registry.findKind(kind.group(), kind.version(), kind.kind());
        if (type.isEmpty()) {
            throw new MissingParamsException("failed to find resource referenced by paramKind: '%s, Kind=%s'"
                    .formatted(kind.apiVersion(), kind.kind()));
        }
        return type.get();
    }

    private static String namespace(ResourceType type, JsonNode reference, String requestNamespace)
            throws MissingParamsException {
        var wanted = Trees.text(reference, "namespace");
        if (!type.namespaced()) {
            return "";
        }
        var namespace = wanted.isEmpty() ? requestNamespace : wanted;
        if (namespace.isEmpty()) {
            throw new MissingParamsException(
                    "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        }
        return namespace;
    }

    private List<JsonNode> found(ResourceType type, JsonNode reference, String namespace) {
        var name = Trees.text(reference, "name");
        var found = new ArrayList<JsonNode>();
        if (!name.isEmpty()) {
            store.get(new ObjectKey(type.storage(), namespace, name))
                    .ifPresent(stored -> found.add(served(type, stored)));
            return found;
        }
        var selector = LabelSelector.from(reference.path("selector"));
        for (var stored : store.snapshot(type.storage()).all()) {
            if (stored.key().namespace().equals(namespace) && selector.matches(stored.labels())) {
                found.add(served(type, stored));
            }
        }
        return found;
    }

    private static JsonNode served(ResourceType type, StoredObject stored) {
        return type.conversion().isIdentity()
                ? stored.tree()
                : type.conversion().toServed(stored.tree());
    }
}
