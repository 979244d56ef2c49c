package io.luban.helm;

/** What a worker is asked to do with a release. Whether to install or to upgrade is the caller's decision by history. */
public sealed interface ReleaseOperation {
    /** The release. */
    ReleaseTarget target();

    /** Creates a release that has no history. */
    record Install(ReleaseTarget target, ChartInput chart) implements ReleaseOperation {}

    /** Adds a revision to a release. */
    record Upgrade(ReleaseTarget target, ChartInput chart) implements ReleaseOperation {}

    /** Runs the tests that the chart brings, against the revision in force. */
    record Test(ReleaseTarget target) implements ReleaseOperation {}

    /**
     * Removes a release with its objects; does nothing when there is none.
     *
     * @param runsHooks whether the chart's own hooks take part
     * @param orphans leave what the objects own in place
     */
    record Uninstall(ReleaseTarget target, boolean runsHooks, boolean orphans) implements ReleaseOperation {}
}
