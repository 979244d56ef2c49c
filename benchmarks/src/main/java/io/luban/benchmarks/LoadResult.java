package io.luban.benchmarks;

import java.util.Comparator;
import java.util.List;

/** What a load achieved; {@code failures} counts answers other than 2xx and broken connections. */
record LoadResult(double requestsPerSecond, long requests, long failures) {
    /** Nothing was measured. */
    static final LoadResult NONE = new LoadResult(0, 0, 0);

    /** The one in the middle by rate. */
    static LoadResult median(List<LoadResult> results) {
        var sorted = results.stream()
                .sorted(Comparator.comparingDouble(LoadResult::requestsPerSecond))
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
