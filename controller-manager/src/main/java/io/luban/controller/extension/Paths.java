package io.luban.controller.extension;

import java.util.List;

/** API paths of the kinds that extensions consist of. */
final class Paths {
    static final String PLANS = "/apis/kubesphere.io/v1alpha1/installplans";
    static final String EXTENSIONS = "/apis/kubesphere.io/v1alpha1/extensions";
    static final String VERSIONS = "/apis/kubesphere.io/v1alpha1/extensionversions";
    static final String CATEGORIES = "/apis/kubesphere.io/v1alpha1/categories";
    static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    static final String NAMESPACES = "/api/v1/namespaces";
    static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

    /** Everything that goes live or not with its extension, in both generations of the API. */
    static final List<String> USER_INTERFACE = List.of(
            "/apis/extensions.kubesphere.io/v1alpha1/apiservices",
            "/apis/extensions.kubesphere.io/v1alpha1/jsbundles",
            "/apis/extensions.kubesphere.io/v1alpha1/reverseproxies",
            "/apis/extensions.kubesphere.io/v1alpha1/extensionentries",
            "/apis/kubesphere.io/v1alpha1/apiservices",
            "/apis/kubesphere.io/v1alpha1/jsbundles",
            "/apis/kubesphere.io/v1alpha1/reverseproxies");

    private Paths() {}

    static String plan(String name) {
        return PLANS + "/" + name;
    }

    static String extension(String name) {
        return EXTENSIONS + "/" + name;
    }

    static String namespace(String name) {
        return NAMESPACES + "/" + name;
    }

    static String inNamespace(String namespace, String resource) {
        return NAMESPACES + "/" + namespace + "/" + resource;
    }

    /** A collection restricted to the objects of one extension. */
    static String ofExtension(String collection, String extension) {
        return collection + "?labelSelector=kubesphere.io%2Fextension-ref%3D" + extension;
    }
}
