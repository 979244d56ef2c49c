package io.luban.benchmarks;

import java.util.Map;

/** What watches cost on which nothing happens: memory and threads of the platform, through the gateway. */
final class IdleWatchBenchmark implements Group {
    private static final String NAMESPACE = "bench-idle";
    private static final int BUFFER_BYTES = 4 * 1024;

    @Override
    public void measure(Bench bench) {
        int count = bench.sizes().idleWatches();
        try (var platform = bench.platform()) {
            KubeAccess.fill(platform.api(), NAMESPACE, 0, 0);
            var headers = Map.of("Authorization", "Bearer " + platform.api().token());
            var list = KubeAccess.CONFIG_MAPS.formatted(NAMESPACE);
            var version = platform.api()
                    .read(list)
                    .path("metadata")
                    .path("resourceVersion")
                    .asText();
            platform.awaitIdle();
            long residentBefore = platform.residentMebibytes();
            long heapBefore = platform.jcmd().liveKibibytes();
            int threadsBefore = platform.threads();
            var watch = platform.gateway().resolve(list + "?watch=true&resourceVersion=" + version);
            try (var crowd = WatchCrowd.open(watch, headers, count, BUFFER_BYTES)) {
                platform.awaitIdle();
                platform.rest(bench.sizes().restSeconds());
                long resident = platform.residentMebibytes();
                long heap = platform.jcmd().liveKibibytes() - heapBefore;
                var table = bench.table();
                table.row(
                        "%,d idle watches through the gateway, resident".formatted(count),
                        "%d MiB in all, %+d MiB for them".formatted(resident, resident - residentBefore),
                        "< 250 MB");
                table.row(
                        "heap and threads for them",
                        "%,d KiB (%,d bytes each), %+d threads"
                                .formatted(heap, heap * 1024 / count, platform.threads() - threadsBefore),
                        "");
                platform.api().create(list, stamped());
                long told = crowd.awaitEvents(count, 30);
                table.row("of them alive: told of one change", "%,d in %.0f ms".formatted(told, last(crowd)), "all");
            }
        }
    }

    private static double last(WatchCrowd crowd) {
        return crowd.latencies().milliseconds(0.9999);
    }

    private static String stamped() {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c\"},\"data\":{\"sent\":\"%d\"}}"
                .formatted(System.nanoTime());
    }
}
