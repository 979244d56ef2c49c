package io.luban.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result, printed as Markdown. */
final class Table {
    private record Row(String work, String measured, String asked) {}

    private final List<Row> rows = new ArrayList<>();

    /** What follows belongs to that group. */
    void group(String name) {
        rows.add(new Row("**" + name + "**", "", ""));
    }

    void row(String work, String measured, String asked) {
        rows.add(new Row(work, measured, asked));
    }

    /** A rate with what the design asks; failures are shown because they make a rate worthless. */
    void rate(String work, LoadResult result, String asked) {
        var failures = result.failures() == 0 ? "" : " (%d failures)".formatted(result.failures());
        rows.add(new Row(work, String.format(Locale.ROOT, "%,.0f/s%s", result.requestsPerSecond(), failures), asked));
    }

    String markdown(String caption) {
        var text = new StringBuilder("%n%s%n%n".formatted(caption));
        text.append("| Work | Measured | Asked |%n|---|---|---|%n".formatted());
        rows.forEach(row -> text.append("| %s | %s | %s |%n".formatted(row.work(), row.measured(), row.asked())));
        return text.toString();
    }
}
