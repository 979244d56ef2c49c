package io.luban.benchmarks;

/** What objects cost that lie in the store: memory each, and time at the next start. */
final class StoredObjectsBenchmark implements Group {
    private static final int KIBIBYTE = 1024;

    @Override
    public void measure(Bench bench) {
        memory(bench);
        start(bench);
    }

    private static void memory(Bench bench) {
        int objects = bench.sizes().measuredObjects();
        try (var platform = bench.platform()) {
            KubeAccess.fill(platform.api(), "bench-before", 500, KIBIBYTE);
            platform.awaitIdle();
            long before = platform.jcmd().liveKibibytes();
            long resident = platform.residentMebibytes();
            KubeAccess.fill(platform.api(), "bench-memory", objects, KIBIBYTE);
            platform.awaitIdle();
            long heap = platform.jcmd().liveKibibytes() - before;
            bench.table()
                    .row(
                            "heap of %,d ConfigMaps of 1 KiB just written".formatted(objects),
                            "%,d KiB (%,d bytes each), resident %+d MiB"
                                    .formatted(
                                            heap, heap * KIBIBYTE / objects, platform.residentMebibytes() - resident),
                            "");
        }
    }

    private static void start(Bench bench) {
        int objects = bench.sizes().storedObjects();
        try (var writing = bench.platform()) {
            KubeAccess.fill(writing.api(), "bench-stored", objects, 2_000);
            try (var platform = writing.restart()) {
                var work = "start with %,d ConfigMaps of 2 KB".formatted(objects);
                bench.table().row(work, "%.2f s".formatted(platform.secondsToReady()), "< 3 s");
                platform.awaitIdle();
                long heap = platform.jcmd().liveKibibytes() / KIBIBYTE;
                bench.table()
                        .row(
                                "heap after it",
                                "%,d MiB, resident %,d MiB".formatted(heap, platform.residentMebibytes()),
                                "≤ 350 MB");
            }
        }
    }
}
