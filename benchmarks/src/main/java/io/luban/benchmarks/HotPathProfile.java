package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Where the forwarding of authorized requests spends processor time and allocates, by the JDK's flight recorder. */
final class HotPathProfile implements Group {
    private static final int SHOWN = 25;
    private static final String OWN = "io.luban.";

    private final Map<String, Double> processor = new HashMap<>();
    private final Map<String, Double> allocated = new HashMap<>();
    private final Map<String, Double> allocators = new HashMap<>();
    private final Map<String, Double> own = new HashMap<>();

    /** The first sample of a thread stands for all that it allocated in its life. */
    private final Set<Long> sampled = new HashSet<>();

    @Override
    public void measure(Bench bench) {
        try (var backend = BackendProcess.start();
                var platform = bench.platform()) {
            var routes = new ForwardingBenchmark.Routes(bench.load(), backend.port());
            routes.create(platform);
            routes.authorized(bench.profile(), platform);
            var file = Files.createTempFile("luban-profile", ".jfr");
            platform.jcmd()
                    .run(
                            "JFR.start",
                            "name=bench",
                            "settings=profile",
                            "jdk.ObjectAllocationSample#throttle=2000/s",
                            "jdk.ExecutionSample#period=5ms");
            double before = platform.jcmd().allocatedBytes();
            var result = bench.load()
                    .run(new LoadSpec(
                            "GET",
                            routes.service(platform),
                            ForwardingBenchmark.Routes.token(platform),
                            "",
                            bench.profile().connections(),
                            bench.profile().duration()));
            double bytes = platform.jcmd().allocatedBytes() - before;
            platform.jcmd().run("JFR.stop", "name=bench", "filename=" + file);
            read(file);
            Files.delete(file);
            report(bench, result, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Path file) throws IOException {
        try (var recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                take(recording.readEvent());
            }
        }
    }

    private void take(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample" -> {
                processor.merge(frame(event, ""), 1.0, Double::sum);
                own.merge(frame(event, OWN), 1.0, Double::sum);
            }
            case "jdk.ObjectAllocationSample" -> {
                if (!sampled.add(event.getThread().getId())) {
                    allocation(event);
                }
            }
            default -> {
                // neither time nor memory
            }
        }
    }

    private void allocation(RecordedEvent event) {
        double weight = event.getLong("weight");
        allocated.merge(event.getClass("objectClass").getName(), weight, Double::sum);
        allocators.merge(frame(event, OWN), weight, Double::sum);
    }

    /** The innermost frame of a class whose name begins so. */
    private static String frame(RecordedEvent event, String prefix) {
        return Optional.ofNullable(event.getStackTrace()).stream()
                .flatMap(stack -> stack.getFrames().stream())
                .filter(frame -> frame.getMethod().getType().getName().startsWith(prefix))
                .map(HotPathProfile::name)
                .findFirst()
                .orElse("(elsewhere)");
    }

    private static String name(RecordedFrame frame) {
        var method = frame.getMethod();
        var type = method.getType().getName();
        return "%s.%s:%d".formatted(type.substring(type.lastIndexOf('.') + 1), method.getName(), frame.getLineNumber());
    }

    private void report(Bench bench, LoadResult result, double bytes) {
        bench.table()
                .row(
                        "allocated per forwarded request",
                        "%,.0f bytes".formatted(bytes / Math.max(1, result.requests())),
                        "");
        print("processor, innermost frame", processor, 1);
        print("processor, innermost frame of our own", own, 1);
        print("allocated bytes per request, by class", allocated, result.requests());
        print("allocated bytes per request, innermost frame of our own", allocators, result.requests());
    }

    /** The largest shares of it all; with the amount where {@code parts} of one make sense. */
    private static void print(String caption, Map<String, Double> amounts, long parts) {
        double total =
                amounts.values().stream().mapToDouble(Double::doubleValue).sum();
        System.out.print(amounts.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(SHOWN)
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%6.2f %% %,10.0f  %s%n",
                        100 * entry.getValue() / total,
                        entry.getValue() / Math.max(1, parts),
                        entry.getKey()))
                .collect(Collectors.joining("", "%n%s%n".formatted(caption), "")));
    }
}
