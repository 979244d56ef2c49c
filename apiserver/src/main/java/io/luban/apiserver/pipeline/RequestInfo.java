package io.luban.apiserver.pipeline;

/**
 * What a request is about, read from its method, path and query by {@link RequestInfoResolver}. Absent parts are
 * {@code ""}.
 *
 * @param isResourceRequest whether it addresses a resource
 * @param isKubernetesRequest whether the Kubernetes API serves it
 * @param path decoded path without the cluster part
 * @param verb lower-case word for resource requests, the method as sent for others
 * @param apiPrefix {@code api}, {@code apis}, {@code kapi} or {@code kapis}
 * @param scope {@code Global}, {@code Cluster}, {@code Workspace} or {@code Namespace}; resource requests only
 */
public record RequestInfo(
        boolean isResourceRequest,
        boolean isKubernetesRequest,
        String path,
        String verb,
        String apiPrefix,
        String apiGroup,
        String apiVersion,
        String cluster,
        String workspace,
        String namespace,
        String resource,
        String subresource,
        String name,
        String scope) {
    /** Nothing is known yet. */
    public static final RequestInfo UNKNOWN =
            new RequestInfo(false, false, "", "", "", "", "", "", "", "", "", "", "", "");

    /** The same with another verb. */
    public RequestInfo withVerb(String changed) {
        return new RequestInfo(
                isResourceRequest,
                isKubernetesRequest,
                path,
                changed,
                apiPrefix,
                apiGroup,
                apiVersion,
                cluster,
                workspace,
                namespace,
                resource,
                subresource,
                name,
                scope);
    }
}
