package io.luban.helm;

/**
 * What is installed.
 *
 * @param archive the packaged chart
 * @param values YAML text with everything that differs from the chart's own values
 * @param description kept in the release's history
 * @param waits whether the operation ends only when the workloads are ready
 */
public record ChartInput(byte[] archive, String values, String description, boolean waits) {
    @Override
    public String toString() {
        return "chart of " + archive.length + " bytes";
    }
}
