package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.auth.User;

/** Answers a POST that is computed instead of stored: reviews, tokens, bindings, evictions. */
@FunctionalInterface
public interface VirtualCreate {
    /** The answer to {@code body}, which is of the kind that the endpoint speaks. */
    ObjectNode create(Asked asked, ObjectNode body);

    /**
     * Who asks for what.
     *
     * @param namespace empty for cluster-scoped types
     * @param name empty unless the request addresses a subresource of an object
     * @param options as with every create; a dry run leaves nothing behind
     */
    record Asked(User user, String namespace, String name, WriteOptions options) {}

    /** Where a virtual create is served; {@code subresource} is empty for a collection. */
    record Endpoint(String group, String plural, String subresource) {}
}
