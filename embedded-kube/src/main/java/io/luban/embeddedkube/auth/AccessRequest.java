package io.luban.embeddedkube.auth;

/**
 * What an authorizer decides on. Resource requests have a resource and an empty path; others the reverse.
 *
 * @param verb lower-case verb
 * @param group API group, {@code ""} for core, as are all absent values
 * @param path path of a non-resource request
 */
public record AccessRequest(
        User user,
        String verb,
        String group,
        String version,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path) {
    /** Whether it is about a resource. */
    public boolean isResourceRequest() {
        return !resource.isEmpty();
    }
}
