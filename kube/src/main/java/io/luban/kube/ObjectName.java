package io.luban.kube;

import com.fasterxml.jackson.databind.JsonNode;

/** Namespace and name of an object; the namespace is {@code ""} for cluster-scoped ones. */
public record ObjectName(String namespace, String name) {
    /** The name of a Kubernetes object. */
    public static ObjectName of(JsonNode object) {
        var metadata = object.path("metadata");
        return new ObjectName(
                metadata.path("namespace").asText(""), metadata.path("name").asText(""));
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
