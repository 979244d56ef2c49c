package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.ResourceType;
import java.util.function.UnaryOperator;

/**
 * The writing verbs with everything around them (canonical form, defaults, admission, validation, field ownership,
 * commit), for the HTTP layer and for controllers of the same process. Objects go in and come out in the version of
 * {@code type}. Failures are {@link io.luban.model.ApiException}s with the wording of Kubernetes.
 */
public interface Operations {
    /** Creates; answers the stored object. {@code namespace} is empty for cluster-scoped types. */
    ObjectNode create(User user, ResourceType type, String namespace, ObjectNode object, WriteOptions options);

    /** Replaces the object or, with a subresource such as {@code status}, that part of it. */
    ObjectNode update(User user, ResourceType type, Target target, ObjectNode object, WriteOptions options);

    /**
     * Reads, changes and writes, again after a racing write (at most five times). The change may alter and answer its
     * argument; an equal result commits nothing.
     */
    ObjectNode modify(
            User user, ResourceType type, Target target, UnaryOperator<ObjectNode> change, WriteOptions options);

    /**
     * Server-side apply: merges {@code applied} into the object as the options' field manager, creates it when it is
     * missing.
     */
    ObjectNode apply(User user, ResourceType type, Target target, ObjectNode applied, WriteOptions options);

    /** Deletes or begins to delete. */
    Deletion delete(User user, ResourceType type, Target target, DeleteOptions options);

    /** Which object, and which part of it ({@code ""} for the whole). */
    record Target(String namespace, String name, String subresource) {
        /** The whole object. */
        public static Target of(String namespace, String name) {
            return new Target(namespace, name, "");
        }
    }

    /** Outcome of a deletion: the last state, and whether it is gone or waits for finalizers. */
    record Deletion(ObjectNode object, boolean gone) {}
}
