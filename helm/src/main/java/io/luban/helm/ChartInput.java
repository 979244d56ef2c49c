package io.luban.helm;

/**
 * What is installed.
 *
 * @param archive the packaged chart
 * @param values YAML text with everything that differs from the chart's own values
 * @param description kept in the release's history
 * @param finish when the operation ends, and what it does about a failure
 * @param createsNamespace whether the release's namespace is created when it is missing
 */
public record ChartInput(byte[] archive, String values, String description, Finish finish, boolean createsNamespace) {
    /** When an operation ends. */
    public enum Finish {
        /** As soon as the objects are written. */
        WRITTEN,
        /** When the workloads are ready. */
        READY,
        /** When the workloads are ready; otherwise what was changed is taken back as part of the operation. */
        READY_OR_TAKEN_BACK
    }

    /** A chart for a namespace that exists; {@code waits} is whether the operation ends when the workloads are ready. */
    public ChartInput(byte[] archive, String values, String description, boolean waits) {
        this(archive, values, description, waits ? Finish.READY : Finish.WRITTEN, false);
    }

    /** The same, taken back when it fails: an installation is removed, an upgrade rolled back. */
    public ChartInput takenBackOnFailure() {
        return new ChartInput(archive, values, description, Finish.READY_OR_TAKEN_BACK, createsNamespace);
    }

    /** The same for a namespace that may be missing. */
    public ChartInput creatingNamespace() {
        return new ChartInput(archive, values, description, finish, true);
    }

    @Override
    public String toString() {
        return "chart of " + archive.length + " bytes";
    }
}
