package io.luban.benchmarks;

import java.net.URI;
import java.util.List;

/** The {@link Backend} as a process of its own. */
record BackendProcess(ChildProcess process, int port) implements AutoCloseable {
    static BackendProcess start() {
        var classPath = System.getProperty("java.class.path");
        var java = ProcessHandle.current().info().command().orElse("java");
        var process = ChildProcess.start(List.of(java, "-Xmx256m", "-cp", classPath, Backend.class.getName()));
        try {
            return new BackendProcess(process, Integer.parseInt(process.awaitLine(line -> line.matches("\\d+"))));
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:%d/things".formatted(port));
    }

    @Override
    public void close() {
        process.close();
    }
}
