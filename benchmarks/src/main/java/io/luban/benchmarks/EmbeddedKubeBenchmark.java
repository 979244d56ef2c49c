package io.luban.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;

/** The embedded Kubernetes API over TLS: gets, pages, full lists, durable creates. */
final class EmbeddedKubeBenchmark implements Group {
    private static final int LIST_CONNECTIONS = 8;

    @Override
    public void measure(Bench bench) {
        try (var platform = bench.platform()) {
            var kube = KubeAccess.of(platform);
            KubeAccess.fill(platform.api(), "bench-list", bench.sizes().objects(), 1024);
            KubeAccess.fill(platform.api(), "bench-create", 0, 0);
            read(bench, platform.api(), kube);
            var create = kube.uri("/api/v1/namespaces/bench-create/configmaps");
            bench.table()
                    .rate(
                            "durable create",
                            bench.profile()
                                    .measure(
                                            bench.load(),
                                            "POST",
                                            create,
                                            kube.headers(),
                                            KubeAccess.configMap("\"generateName\":\"c-\"", 1024)),
                            "≥ 7,700/s (5 × 1,540)");
            bench.table().row("resident memory after these", platform.residentMebibytes() + " MiB", "");
            platform.rest(bench.sizes().restSeconds());
            bench.table()
                    .row(
                            "the same after %d s of rest"
                                    .formatted(bench.sizes().restSeconds()),
                            platform.residentMebibytes() + " MiB",
                            "");
        }
    }

    private static void read(Bench bench, Api api, KubeAccess kube) {
        var list = KubeAccess.CONFIG_MAPS.formatted("bench-list");
        var get = bench.profile().measure(bench.load(), "GET", kube.uri(list + "/c0"), kube.headers(), "");
        bench.table().rate("get", get, "≥ 29,200/s (8 × 3,650)");
        var few = bench.profile().with(LIST_CONNECTIONS);
        var objects = bench.sizes().objects();
        bench.table()
                .rate(
                        "full list of %,d ConfigMaps of 1 KiB".formatted(objects),
                        few.measure(bench.load(), "GET", kube.uri(list), kube.headers(), ""),
                        "≥ 45/s (5 × 9)");
        var page = list + "?limit=500&continue=" + continueAfterFirstPage(api.read(list + "?limit=500"));
        bench.table()
                .rate(
                        "a page of 500 of them, by its continue token",
                        few.measure(bench.load(), "GET", kube.uri(page), kube.headers(), ""),
                        "");
    }

    private static String continueAfterFirstPage(JsonNode list) {
        var token = list.path("metadata").path("continue").asText();
        if (token.isEmpty()) {
            throw new IllegalStateException("the first page of 500 has no continue token");
        }
        return token;
    }
}
