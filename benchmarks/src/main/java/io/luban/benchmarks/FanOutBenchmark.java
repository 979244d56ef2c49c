package io.luban.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Many watchers of the same ConfigMaps over TLS, while some of these change many times a second. */
final class FanOutBenchmark implements Group {
    private static final String NAMESPACE = "bench-watch";
    private static final int WATCHED = 100;
    private static final int BUFFER_BYTES = 16 * 1024;

    @Override
    public void measure(Bench bench) {
        var sizes = bench.sizes();
        try (var platform = bench.platform()) {
            var kube = KubeAccess.of(platform);
            KubeAccess.fill(platform.api(), NAMESPACE, WATCHED, 256);
            var list = KubeAccess.CONFIG_MAPS.formatted(NAMESPACE);
            var version = platform.api()
                    .read(list + "?limit=1")
                    .path("metadata")
                    .path("resourceVersion")
                    .asText();
            var watch = kube.uri(list + "?watch=true&resourceVersion=" + version);
            try (var crowd = WatchCrowd.open(watch, kube.headers(), sizes.watchers(), BUFFER_BYTES)) {
                warmUp(bench, kube, crowd);
                platform.awaitIdle();
                run(bench, platform, kube, crowd);
            }
        }
    }

    private static void warmUp(Bench bench, KubeAccess kube, WatchCrowd crowd) {
        var sizes = bench.sizes();
        var writes = write(kube, sizes.events(), bench.profile().warmUp());
        crowd.awaitEvents(writes.written() * sizes.watchers(), 20);
        crowd.forget();
    }

    private static void run(Bench bench, Platform platform, KubeAccess kube, WatchCrowd crowd) {
        var sizes = bench.sizes();
        var work = "%,d watchers × %d events/s".formatted(sizes.watchers(), sizes.events());
        var used = platform.cpuTime();
        long begin = System.nanoTime();
        var writes = write(kube, sizes.events(), bench.profile().duration());
        long wanted = writes.written() * sizes.watchers();
        long received = crowd.awaitEvents(wanted, 20);
        double seconds = (System.nanoTime() - begin) / 1e9;
        var lost = received == wanted ? "" : " (%,d of %,d)".formatted(received, wanted);
        var refused = writes.refused() == 0 ? "" : " (%d writes refused)".formatted(writes.refused());
        var broken = crowd.broken() == 0 ? "" : " (%d watches broken)".formatted(crowd.broken());
        double cores = platform.cpuTime().minus(used).toMillis() / 1e3 / seconds;
        var table = bench.table();
        table.row(work + ", received", "%,.0f/s%s%s%s".formatted(received / seconds, lost, broken, refused), "all");
        table.row(
                "latency from the write's request to each watcher, p50, p99",
                "%.1f ms, %.1f ms"
                        .formatted(
                                crowd.latencies().milliseconds(0.5),
                                crowd.latencies().milliseconds(0.99)),
                "p99 < 50 ms");
        table.row("processor of the server meanwhile", "%.2f cores".formatted(cores), "< 1 core");
    }

    /** Changes one object after the other at the wanted rate, each on a thread of its own; answers how it went. */
    private static KubeWriter write(KubeAccess kube, int perSecond, Duration duration) {
        long period = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long count = duration.toSeconds() * perSecond;
        long begin = System.nanoTime();
        var writer = new KubeWriter(kube);
        try (writer) {
            for (long number = 0; number < count; number++) {
                long due = begin + number * period;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                writer.stamp(object(kube, number));
            }
        }
        return writer;
    }

    private static URI object(KubeAccess kube, long number) {
        return kube.uri(KubeAccess.CONFIG_MAPS.formatted(NAMESPACE) + "/c" + number % WATCHED);
    }
}
