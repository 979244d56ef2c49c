package io.luban.benchmarks;

/**
 * How much of everything there is.
 *
 * @param crowd what the crowded platform is filled with; no users leave it out
 * @param objects ConfigMaps of 1 KiB in the listed namespace
 * @param watchers watches that every event goes to
 * @param events changes per second that they watch
 * @param idleWatches watches through the gateway on which nothing happens
 * @param measuredObjects ConfigMaps of 1 KiB whose memory is measured
 * @param storedObjects ConfigMaps of 2 KB that a start finds in the store
 * @param restSeconds time without load before memory is looked at again
 */
record Sizes(
        Crowd crowd,
        int objects,
        int watchers,
        int events,
        int idleWatches,
        int measuredObjects,
        int storedObjects,
        int restSeconds) {
    /** Those that the design names. */
    static final Sizes FULL = new Sizes(new Crowd(10_000, 50_000, 200), 12_000, 1_000, 100, 5_000, 10_000, 100_000, 60);

    /** A tenth or so, to see whether everything runs and nothing is far off. */
    static final Sizes QUICK = new Sizes(new Crowd(1_000, 5_000, 20), 2_000, 100, 100, 500, 2_000, 10_000, 10);
}
