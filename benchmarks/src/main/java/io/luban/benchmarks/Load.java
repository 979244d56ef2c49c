package io.luban.benchmarks;

/** Sends requests as fast as the other side answers them. */
interface Load {
    /** The tool's name for the table's caption. */
    String name();

    /** Runs for the duration of the spec; blocks. */
    LoadResult run(LoadSpec spec);
}
