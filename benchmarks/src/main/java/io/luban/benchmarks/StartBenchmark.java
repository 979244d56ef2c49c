package io.luban.benchmarks;

/** The first start on an empty folder, and the memory of a platform that nobody uses. */
final class StartBenchmark implements Group {
    @Override
    public void measure(Bench bench) {
        try (var platform = bench.platform()) {
            bench.table().row("first start until ready", "%.2f s".formatted(platform.secondsToReady()), "< 3 s");
            platform.awaitIdle();
            bench.table().row("resident memory, idle, all parts", platform.residentMebibytes() + " MiB", "< 350 MB");
            bench.table().row("of it objects alive", platform.jcmd().liveKibibytes() / 1024 + " MiB", "");
            try (var again = platform.restart()) {
                bench.table().row("second start until ready", "%.2f s".formatted(again.secondsToReady()), "< 3 s");
            }
        }
    }
}
