package io.luban.benchmarks;

/** Measurements that belong together and need nothing of the others. */
@FunctionalInterface
interface Group {
    /** Starts what it needs, measures, adds its rows to the table and stops everything again. */
    void measure(Bench bench);
}
