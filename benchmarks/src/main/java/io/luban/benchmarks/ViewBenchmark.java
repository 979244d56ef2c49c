package io.luban.benchmarks;

import java.util.List;
import java.util.Map;

/** Pages of ten of a large namespace through the gateway's own resource API, sorted and filtered by name. */
final class ViewBenchmark implements Group {
    private static final String NAMESPACE = "bench-view";
    private static final String PATH =
            "/kapis/resources.kubesphere.io/v1alpha3/namespaces/" + NAMESPACE + "/configmaps?limit=10&page=%d&%s";
    private static final String ASKED = "≥ 5,000/s";

    @Override
    public void measure(Bench bench) {
        int objects = bench.sizes().objects();
        try (var platform = bench.platform()) {
            KubeAccess.fill(platform.api(), NAMESPACE, objects, 1024);
            platform.awaitIdle();
            var ways = List.of(
                    Map.entry("sorted by time, first page", PATH.formatted(1, "sortBy=createTime&ascending=false")),
                    Map.entry("sorted by name, page 600", PATH.formatted(objects / 20, "sortBy=name&ascending=true")),
                    Map.entry("filtered by name", PATH.formatted(1, "sortBy=name&name=c77")));
            for (var way : ways) {
                measure(bench, platform, way.getKey(), way.getValue());
            }
        }
    }

    private static void measure(Bench bench, Platform platform, String how, String path) {
        var work = "page of 10 of %,d ConfigMaps, %s".formatted(bench.sizes().objects(), how);
        if (platform.api().status(path) == 404) {
            bench.table().row(work, "not served", ASKED);
            return;
        }
        int items = platform.api().read(path).path("items").size();
        if (items != 10) {
            throw new IllegalStateException("a page of 10 with %d items: %s".formatted(items, path));
        }
        var uri = platform.gateway().resolve(path);
        var token = Map.of("Authorization", "Bearer " + platform.api().token());
        bench.table().rate(work, bench.profile().measure(bench.load(), "GET", uri, token, ""), ASKED);
    }
}
