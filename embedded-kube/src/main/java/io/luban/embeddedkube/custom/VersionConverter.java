package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How instances get from one version of their kind to another. */
interface VersionConverter {
    /** Nothing but the version changes. */
    VersionConverter NONE = (objects, apiVersion) -> {
        objects.forEach(object -> object.put("apiVersion", apiVersion));
        return objects;
    };

    /**
     * The objects in the other version, in the same order; none of them is in it yet. May change its arguments. Throws a
     * 500 {@link io.luban.model.ApiException} when they cannot be had.
     */
    List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion);

    /** Whether somebody else is asked. */
    default boolean mayWait() {
        return false;
    }

    /** What clients should know about the latest conversions, empty for nothing. */
    default String warning() {
        return "";
    }
}
