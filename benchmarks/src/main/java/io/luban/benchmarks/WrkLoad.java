package io.luban.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The wrk program, where it is installed. */
final class WrkLoad implements Load {
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in");
    private static final Pattern FAILED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern BROKEN =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    static boolean isInstalled() {
        return Files.isExecutable(Path.of("/usr/bin/wrk")) || Files.isExecutable(Path.of("/usr/local/bin/wrk"));
    }

    @Override
    public String name() {
        return "wrk";
    }

    @Override
    public LoadResult run(LoadSpec spec) {
        try {
            var script = Files.createTempFile("luban-load", ".lua");
            try {
                Files.writeString(script, script(spec));
                return parse(execute(command(spec, script)));
            } finally {
                Files.delete(script);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(LoadSpec spec, Path script) {
        var command = new ArrayList<>(List.of("wrk", "-t", "2", "-c", Integer.toString(spec.connections())));
        command.addAll(List.of("-d", spec.duration().toSeconds() + "s", "--timeout", "10s", "-s", script.toString()));
        spec.headers().forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
        command.add(spec.uri().toString());
        return command;
    }

    private static String script(LoadSpec spec) {
        var body = spec.body().replace("\\", "\\\\").replace("'", "\\'");
        return "wrk.method = '%s'%nwrk.body = '%s'%n".formatted(spec.method(), body);
    }

    private static String execute(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static LoadResult parse(String output) {
        var rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new IllegalStateException("wrk printed no rate: " + output);
        }
        long failures = sum(FAILED, output) + sum(BROKEN, output);
        return new LoadResult(Double.parseDouble(rate.group(1)), sum(TOTAL, output), failures);
    }

    private static long sum(Pattern pattern, String output) {
        var matcher = pattern.matcher(output);
        long sum = 0;
        if (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                sum += Long.parseLong(matcher.group(group));
            }
        }
        return sum;
    }
}
