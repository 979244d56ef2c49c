package io.luban.helm.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Entry point of the worker process: one request, one result, the exit code 0 or 1. */
public final class Main {
    /** Ends the properties of the request; what follows on standard input is only a sign of life. */
    public static final String END_OF_REQUEST = "# end";

    private static final int ORPHANED = 3;

    private Main() {}

    /** Reads the request from standard input and carries it out. */
    public static void main(String[] args) throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var events = new Events(System.out);
        var request = readRequest(input);
        endWithParent(input);
        try {
            new HelmOperation(request, events).run();
        } catch (RuntimeException | LinkageError e) {
            // the border of the process: whatever went wrong is the operation's result
            events.failed(e.getMessage() == null ? e.toString() : e.getMessage());
            // The engine may hold threads that never end, and its own exit hooks are not worth waiting for.
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private static Properties readRequest(BufferedReader input) throws IOException {
        var text = new StringBuilder();
        for (var line = input.readLine(); line != null && !END_OF_REQUEST.equals(line); line = input.readLine()) {
            text.append(line).append('\n');
        }
        var properties = new Properties();
        properties.load(new StringReader(text.toString()));
        return properties;
    }

    /** The parent holds standard input open for as long as it lives; nobody would read the result of an orphan. */
    private static void endWithParent(BufferedReader input) {
        Thread.ofPlatform().daemon().name("parent").start(() -> {
            try {
                while (input.readLine() != null) {
                    // only the end matters
                }
            } catch (IOException e) {
                Runtime.getRuntime().halt(ORPHANED);
            }
            Runtime.getRuntime().halt(ORPHANED);
        });
    }
}
