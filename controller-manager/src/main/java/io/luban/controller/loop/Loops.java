package io.luban.controller.loop;

import java.util.function.Predicate;

/**
 * Starts loops.
 *
 * @param metrics count what the loops do
 * @param runs tells by its name whether a loop shall run; one that shall not drops every key
 */
public record Loops(LoopMetrics metrics, Predicate<String> runs) {
    /** Starts the workers of a controller. */
    public ReconcileLoop start(String name, int workers, Reconciler reconciler) {
        return ReconcileLoop.start(name, runs.test(name) ? workers : 0, reconciler, metrics);
    }
}
