package io.luban.apiserver.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** How the process is doing: memory, threads, processor time. */
final class ProcessMetrics {
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
        gauge(registry, "jvm_threads_current", "Platform threads.", threads::getThreadCount);
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.UnixOperatingSystemMXBean system) {
            gauge(registry, "process_open_fds", "Open files and sockets.", system::getOpenFileDescriptorCount);
            gauge(registry, "process_max_fds", "Most files and sockets.", system::getMaxFileDescriptorCount);
            gauge(registry, "process_virtual_memory_bytes", "Virtual memory.", system::getCommittedVirtualMemorySize);
            CounterWithCallback.builder()
                    .name("process_cpu_seconds_total")
                    .help("Processor time used.")
                    .callback(point -> point.call(system.getProcessCpuTime() / (double) TimeUnit.SECONDS.toNanos(1)))
                    .register(registry);
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
