package io.luban.apiserver.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How the process is doing: memory, threads, processor time. */
final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIBIBYTE = 1024;

    private ProcessMetrics() {}

    static void register(PrometheusRegistry registry) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        var memory = ManagementFactory.getMemoryMXBean();
        var threads = ManagementFactory.getThreadMXBean();
        gauge(
                registry,
                "process_start_time_seconds",
                "When the process started.",
                () -> runtime.getStartTime() / 1000.0);
        gauge(
                registry,
                "jvm_memory_heap_used_bytes",
                "Heap in use.",
                () -> memory.getHeapMemoryUsage().getUsed());
        gauge(
                registry,
                "jvm_memory_nonheap_used_bytes",
                "Other managed memory in use.",
                () -> memory.getNonHeapMemoryUsage().getUsed());
        collections(registry);
        gauge(registry, "jvm_threads_current", "Platform threads.", threads::getThreadCount);
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean system) {
            gauge(registry, "process_open_fds", "Open files and sockets.", system::getOpenFileDescriptorCount);
            gauge(registry, "process_max_fds", "Most files and sockets.", system::getMaxFileDescriptorCount);
            gauge(registry, "process_virtual_memory_bytes", "Virtual memory.", system::getCommittedVirtualMemorySize);
            gauge(registry, "process_resident_memory_bytes", "Memory in use.", ProcessMetrics::residentBytes);
            CounterWithCallback.builder()
                    .name("process_cpu_seconds_total")
                    .help("Processor time used.")
                    .callback(point -> point.call(system.getProcessCpuTime() / (double) TimeUnit.SECONDS.toNanos(1)))
                    .register(registry);
        }
    }

    private static void collections(PrometheusRegistry registry) {
        var collectors = ManagementFactory.getGarbageCollectorMXBeans();
        CounterWithCallback.builder()
                .name("jvm_gc_collections_total")
                .help("Garbage collections.")
                .labelNames("gc")
                .callback(point -> collectors.forEach(gc -> point.call((double) gc.getCollectionCount(), gc.getName())))
                .register(registry);
        CounterWithCallback.builder()
                .name("jvm_gc_seconds_total")
                .help("Time spent in garbage collections.")
                .labelNames("gc")
                .callback(point -> collectors.forEach(
                        gc -> point.call(gc.getCollectionTime() / (double) TimeUnit.SECONDS.toMillis(1), gc.getName())))
                .register(registry);
    }

    /** As the kernel tells it; where it does not, the memory that the virtual machine manages. */
    private static double residentBytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            var memory = ManagementFactory.getMemoryMXBean();
            return memory.getHeapMemoryUsage().getCommitted()
                    + memory.getNonHeapMemoryUsage().getCommitted();
        }
    }

    private static void gauge(
            PrometheusRegistry registry, String name, String help, java.util.function.DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(point -> point.call(value.getAsDouble()))
                .register(registry);
    }
}
