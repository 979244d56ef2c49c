package io.luban.ksbuilder;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;

/** Entry point of the {@code ksbuilder} process. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        var builder = new KsBuilder(Path.of(""), System.getenv(), Clock.system(ZoneId.systemDefault()));
        System.exit(builder.run(args, System.out, System.err));
    }
}
