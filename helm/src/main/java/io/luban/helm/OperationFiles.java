package io.luban.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;

/** The private folder of one operation: its home, the chart, the values and the kubeconfig; gone when closed. */
final class OperationFiles implements AutoCloseable {
    private final Path home;
    private final Path engine;

    private OperationFiles(Path home, Path engine) {
        this.home = home;
        this.engine = engine;
    }

    static OperationFiles create(Path directory, String engineVersion) throws IOException {
        var engine = Files.createDirectories(directory.resolve("engine").resolve(engineVersion));
        // Temporary folders are readable by their owner only.
        return new OperationFiles(Files.createTempDirectory(directory, "operation-"), engine);
    }

    Path home() {
        return home;
    }

    /** Where the engine is unpacked to, once for all operations. */
    Path engine() {
        return engine;
    }

    /** Writes the operation's files and describes it in the worker's terms. */
    Properties request(ReleaseOperation operation) throws IOException {
        var request = new Properties();
        var target = operation.target();
        request.setProperty("release", target.name());
        request.setProperty("namespace", target.namespace());
        request.setProperty("engine", engine.toString());
        request.setProperty(
                "timeoutSeconds", Long.toString(Math.max(1, target.timeout().toSeconds())));
        request.setProperty(
                "kubeconfig", write("kubeconfig", target.kubeconfig().getBytes(StandardCharsets.UTF_8)));
        switch (operation) {
            case ReleaseOperation.Install install -> describe(request, "install", install.chart());
            case ReleaseOperation.Upgrade upgrade -> describe(request, "upgrade", upgrade.chart());
            case ReleaseOperation.Test test -> request.setProperty("action", "test");
            case ReleaseOperation.Uninstall uninstall -> {
                request.setProperty("action", "uninstall");
                request.setProperty("noHooks", Boolean.toString(!uninstall.runsHooks()));
                request.setProperty("orphan", Boolean.toString(uninstall.orphans()));
            }
        }
        return request;
    }

    private void describe(Properties request, String action, ChartInput chart) throws IOException {
        request.setProperty("action", action);
        request.setProperty("chart", write("chart.tgz", chart.archive()));
        request.setProperty("values", write("values.yaml", chart.values().getBytes(StandardCharsets.UTF_8)));
        request.setProperty("description", chart.description());
        request.setProperty("wait", Boolean.toString(chart.finish() != ChartInput.Finish.WRITTEN));
        request.setProperty("atomic", Boolean.toString(chart.finish() == ChartInput.Finish.READY_OR_TAKEN_BACK));
        request.setProperty("createNamespace", Boolean.toString(chart.createsNamespace()));
    }

    /** Writes a text file and answers its path. */
    String write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private String write(String name, byte[] content) throws IOException {
        return Files.write(home.resolve(name), content).toString();
    }

    @Override
    public void close() throws IOException {
        try (var tree = Files.walk(home)) {
            tree.sorted(Comparator.reverseOrder()).forEach(OperationFiles::delete);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
