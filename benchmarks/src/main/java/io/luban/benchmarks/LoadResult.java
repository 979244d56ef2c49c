package io.luban.benchmarks;

/** What a load achieved; {@code failures} counts answers other than 2xx and broken connections. */
record LoadResult(double requestsPerSecond, long requests, long failures) {}
