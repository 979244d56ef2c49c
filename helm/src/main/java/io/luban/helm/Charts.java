package io.luban.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * The Helm engine for charts that lie in folders: rendering, checking, starting new ones. Each call runs in a child
 * process as the operations on releases do, reaches no cluster that it is not given and blocks the calling thread; interrupting that kills the
 * child.
 */
public final class Charts {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final WorkerCommand command;

    private Charts(Path directory, WorkerCommand command) {
        this.directory = directory;
        this.command = command;
    }

    /** Keeps scratch files and the unpacked engine below {@code directory}, which must allow programs to be run. */
    public static Charts open(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + directory + " for the Helm engine cannot be made", e);
        }
        return new Charts(directory.toAbsolutePath().normalize(), WorkerCommand.ofThisProcess());
    }

    /**
     * The objects of a chart as multi-document YAML, without hooks and without the files in {@code crds/}. Throws
     * {@link ChartException} when a template fails. What the engine says on the side goes to {@code output}.
     */
    public String render(Path chart, ChartRendering settings, OperationLog output) throws InterruptedException {
        try (var files = OperationFiles.create(directory, command.engineVersion())) {
            var result = files.home().resolve("manifest.yaml");
            var request = new ChartTask.Render(chart.toAbsolutePath(), settings, result).request();
            request.setProperty("values", files.write("values.yaml", settings.values()));
            if (!settings.kubeconfig().isEmpty()) {
                // The engine takes no kubeconfig for this, but looks where every client does.
                Files.createDirectory(files.home().resolve(".kube"));
                files.write(".kube/config", settings.kubeconfig());
            }
            carryOut(files, request, output);
            return Files.readString(result);
        } catch (IOException e) {
            throw new UncheckedIOException("chart " + chart + " cannot be rendered", e);
        }
    }

    /**
     * What Helm's own rules have to say about a chart, each line beginning with its severity in brackets. Throws
     * {@link ChartException} when the chart cannot be read at all.
     */
    public List<String> lint(Path chart, boolean strict, OperationLog output) throws InterruptedException {
        try (var files = OperationFiles.create(directory, command.engineVersion())) {
            var result = files.home().resolve("messages");
            carryOut(files, new ChartTask.Lint(chart.toAbsolutePath(), strict, result).request(), output);
            return Files.readAllLines(result);
        } catch (IOException e) {
            throw new UncheckedIOException("chart " + chart + " cannot be checked", e);
        }
    }

    /** Writes the chart that Helm starts a new chart with, into a folder named after it below {@code parent}. */
    public void create(String name, Path parent) throws InterruptedException {
        try (var files = OperationFiles.create(directory, command.engineVersion())) {
            var request = new ChartTask.Create(name, parent.toAbsolutePath()).request();
            carryOut(files, request, ignored -> {});
        } catch (IOException e) {
            throw new UncheckedIOException("chart " + name + " cannot be made", e);
        }
    }

    private void carryOut(OperationFiles files, Properties request, OperationLog output) throws InterruptedException {
        request.setProperty("engine", files.engine().toString());
        var worker = new Worker(command, directory, output);
        if (worker.run(files, request, TIMEOUT) instanceof OperationResult.Failed failed) {
            throw new ChartException(failed.message());
        }
    }
}
