package io.luban.benchmarks;

import java.net.URI;
import java.util.Map;

/** The embedded Kubernetes API over TLS: durable creates, gets, full lists. */
final class EmbeddedKubeBenchmark {
    private static final String VALUE = "x".repeat(1024);

    private final Platform platform;
    private final Load load;
    private final Profile profile;
    private final Table table;

    EmbeddedKubeBenchmark(Platform platform, Load load, Profile profile, Table table) {
        this.platform = platform;
        this.load = load;
        this.profile = profile;
        this.table = table;
    }

    void run(int objects) {
        var headers = Map.of("Authorization", "Bearer " + serviceAccountToken(), "Content-Type", "application/json");
        var api = platform.api();
        api.create("/api/v1/namespaces", namespace("bench-list"));
        api.create("/api/v1/namespaces", namespace("bench-create"));
        api.createAll(
                "/api/v1/namespaces/bench-list/configmaps",
                objects,
                number -> configMap("\"name\":\"c%d\"".formatted(number)));
        var list = kube("/api/v1/namespaces/bench-list/configmaps");
        var get = kube("/api/v1/namespaces/bench-list/configmaps/c0");
        var create = kube("/api/v1/namespaces/bench-create/configmaps");
        table.rate("get", profile.measure(load, "GET", get, headers, ""), "≥ 29,200/s (8 × 3,650)");
        table.rate(
                "full list of %,d ConfigMaps of 1 KiB".formatted(objects),
                new Profile(profile.duration(), 8).measure(load, "GET", list, headers, ""),
                "≥ 45/s (5 × 9)");
        table.rate(
                "durable create",
                profile.measure(load, "POST", create, headers, configMap("\"generateName\":\"c-\"")),
                "≥ 7,700/s (5 × 1,540)");
    }

    private URI kube(String path) {
        return platform.kubernetes().resolve(path);
    }

    private String serviceAccountToken() {
        var api = platform.api();
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

    private static String namespace(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}".formatted(name);
    }

    private static String configMap(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{%s},\"data\":{\"value\":\"%s\"}}"
                .formatted(name, VALUE);
    }
}
