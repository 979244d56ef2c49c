package io.luban.benchmarks;

import java.nio.file.Path;

/** What every group of measurements gets: the built repository, the load, how long and how much, and where results go. */
record Bench(Path repository, Load load, Profile profile, Sizes sizes, Table table) {
    /** A fresh platform on a folder of its own. */
    Platform platform() {
        return Platform.start(repository);
    }
}
