package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;

/** Answers a POST that is computed instead of stored: reviews, tokens, bindings, evictions. */
@FunctionalInterface
public interface VirtualCreate {
    /**
     * The answer to {@code body}; {@code name} is empty unless the request addresses a subresource of an object, {@code
     * namespace} is empty for cluster-scoped types.
     */
    ObjectNode create(User user, String namespace, String name, ObjectNode body);

    /** Where a virtual create is served; {@code subresource} is empty for a collection. */
    record Endpoint(String group, String plural, String subresource) {}
}
