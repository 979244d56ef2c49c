package io.luban.benchmarks;

import java.net.URI;
import java.util.Map;

/** The embedded Kubernetes API over TLS, with the token of an account that may do everything. */
record KubeAccess(URI base, Map<String, String> headers) {
    static final String CONFIG_MAPS = "/api/v1/namespaces/%s/configmaps";

    static KubeAccess of(Platform platform) {
        var headers = Map.of(
                "Authorization", "Bearer " + serviceAccountToken(platform.api()), "Content-Type", "application/json");
        return new KubeAccess(platform.kubernetes(), headers);
    }

    URI uri(String path) {
        return base.resolve(path);
    }

    /** Creates a namespace with ConfigMaps c0, c1, … whose only value has that many bytes. */
    static void fill(Api api, String namespace, int objects, int bytes) {
        api.create(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}".formatted(namespace));
        api.createAll(
                CONFIG_MAPS.formatted(namespace),
                objects,
                number -> configMap("\"name\":\"c%d\"".formatted(number), bytes));
    }

    static String configMap(String name, int bytes) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{%s},\"data\":{\"value\":\"%s\"}}"
                .formatted(name, "x".repeat(bytes));
    }

    private static String serviceAccountToken(Api api) {
        api.create(
                "/api/v1/namespaces/kube-system/serviceaccounts",
                "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"bench\"}}");
        api.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"bench"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
                 "subjects":[{"kind":"ServiceAccount","name":"bench","namespace":"kube-system"}]}""");
        return api.create(
                        "/api/v1/namespaces/kube-system/serviceaccounts/bench/token",
                        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}")
                .path("status")
                .path("token")
                .asText();
    }
}
