package io.luban.ksbuilder;

import io.luban.ksbuilder.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** Runs commands in a folder and keeps what they print. */
final class TestRun {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private final KsBuilder builder;
    private String out = "";
    private String err = "";

    private TestRun(Path folder, Terminal terminal) {
        var engineCache = Path.of("target", "engine").toAbsolutePath().toString();
        builder = new KsBuilder(
                folder, Map.of("HOME", folder.toString(), "XDG_CACHE_HOME", engineCache), CLOCK, terminal);
    }

    /** With nobody at the keyboard. */
    static TestRun in(Path folder) {
        return new TestRun(folder, Terminal.absent());
    }

    /** With somebody who gives these answers in turn. */
    static TestRun answering(Path folder, String... answers) {
        return new TestRun(folder, new Answers(new ArrayDeque<>(List.of(answers))));
    }

    /** Runs one command and answers its exit code. */
    int run(String... arguments) {
        var outBytes = new ByteArrayOutputStream();
        var errBytes = new ByteArrayOutputStream();
        int code = builder.run(
                arguments,
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }

    /** What the last command printed. */
    String out() {
        return out;
    }

    /** What the last command complained about. */
    String err() {
        return err;
    }

    private record Answers(Queue<String> answers) implements Terminal {
        @Override
        public Optional<String> line(String question) {
            return Optional.ofNullable(answers.poll());
        }

        @Override
        public Optional<String> secret(String question) {
            return Optional.ofNullable(answers.poll());
        }
    }
}
