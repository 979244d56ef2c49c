package io.luban.ksbuilder;

import java.nio.file.Path;
import java.time.Clock;

/** Entry point of the {@code ksbuilder} process. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        var builder = new KsBuilder(Path.of(""), System.getenv(), Clock.systemUTC());
        System.exit(builder.run(args, System.out, System.err));
    }
}
