package io.luban.apiserver.kapis.resources;

import io.luban.model.GroupResource;

/**
 * A kind that is found by its plural.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param isNamespaced whether its objects lie in namespaces
 */
record ResourceType(String apiVersion, String kind, String plural, boolean isNamespaced) {
    /** The path of the collection over all namespaces. */
    String path() {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion + "/" + plural;
    }

    /** What errors call it. */
    GroupResource groupResource() {
        return new GroupResource(
                apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "", plural);
    }
}
