package io.luban.embeddedkube.configuration;

import java.time.Duration;

/**
 * Workloads without a kubelet.
 *
 * @param enabled mark workloads ready and Jobs complete
 * @param delay time between the stages of a simulated workload
 * @param nodes number of simulated nodes
 * @param podCidr range of the addresses of simulated pods
 */
public record SimulationSettings(boolean enabled, Duration delay, int nodes, String podCidr) {
    /** The same, on or off. */
    public SimulationSettings enabled(boolean wanted) {
        return new SimulationSettings(wanted, delay, nodes, podCidr);
    }

    /** The same at another pace. */
    public SimulationSettings delayed(Duration time) {
        return new SimulationSettings(enabled, time, nodes, podCidr);
    }
}
