package io.luban.standalone;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Shows each step of the start with the time it took. */
final class Progress {
    private final PrintWriter out;

    Progress(PrintWriter out) {
        this.out = out;
    }

    /** Runs a step and prints its name with the seconds it took; nothing is printed when it throws. */
    <T> T step(String name, Supplier<T> work) {
        long begin = System.nanoTime();
        T result = work.get();
        var took = Duration.ofNanos(System.nanoTime() - begin);
        out.printf(Locale.ROOT, "  %-28s %5.2f s%n", name, took.toMillis() / 1000.0);
        out.flush();
        return result;
    }
}
