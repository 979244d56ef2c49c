package io.luban.controller.extension;

import io.luban.controller.executor.OperationLogs;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The operation that somebody means who asks for the log of a release without naming one: the one that runs; the one
 * that is about to begin, after waiting for it; otherwise the last one.
 */
final class NextOperation {
    private static final Duration LOOK = Duration.ofMillis(500);
    /** A plan may wait for ever, such as for a version that never comes. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final KubeRest kube;
    private final OperationLogs logs;
    private final String plan;
    private final String cluster;

    NextOperation(KubeRest kube, OperationLogs logs, String plan, String cluster) {
        this.kube = kube;
        this.logs = logs;
        this.plan = plan;
        this.cluster = cluster;
    }

    /** Its name; empty when there is nothing to wait for and nothing was ever done. */
    Optional<String> await(String release) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        // Before the plan is read: what begins after that is what it was waiting for.
        var known = logs.operations(release);
        while (true) {
            long openings = logs.openings();
            var present = logs.operations(release);
            var begun = running(release, present).or(() -> newest(present, known));
            if (begun.isPresent()) {
                return begun;
            }
            var found = findPlan();
            if (found.isEmpty() || !isDue(found.get(), present) || System.nanoTime() - end > 0) {
                return logs.operations(release).reversed().stream().findFirst();
            }
            logs.awaitMoreOpenings(openings, LOOK);
        }
    }

    private Optional<String> running(String release, List<String> operations) {
        return operations.reversed().stream()
                .filter(operation -> logs.isOpen(release, operation))
                .findFirst();
    }

    private static Optional<String> newest(List<String> present, List<String> known) {
        return present.reversed().stream()
                .filter(operation -> !known.contains(operation))
                .findFirst();
    }

    private Optional<InstallPlan> findPlan() {
        try {
            return kube.find(Paths.plan(plan)).map(InstallPlan::new);
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    /** Whether an operation on the release will begin as things stand. */
    private boolean isDue(InstallPlan found, List<String> present) {
        var release = new Release(found, cluster);
        var status = release.status();
        boolean leaves = found.isBeingDeleted();
        return switch (status.state()) {
            case PlanState.Preparing preparing -> true;
            case PlanState.Deploying deploying -> leaves || !present.contains(status.jobName());
            case PlanState.NotInstalled none -> !leaves && (cluster.isEmpty() || found.hasScheduling());
            case PlanState.Resting resting -> leaves || release.differsFromInstalled();
            case PlanState.Uninstalling uninstalling -> !present.contains(status.jobName());
            case PlanState.UninstallFailed failed ->
                found.hasAnnotation(Labels.RETRY) || found.hasAnnotation(Labels.FORCE_DELETE);
            case PlanState.Uninstalled gone -> !leaves;
        };
    }
}
