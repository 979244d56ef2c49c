package io.luban.standalone;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code luban down}: asks the running platform to stop and waits until it is gone. */
@Command(name = "down", description = "Stop the platform that runs on a data folder.", mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 60;

    @Option(names = "--data", paramLabel = "DIR", description = "data folder (default: ~/.luban)")
    private Path data = DataFolder.standard();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the command line parser
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var folder = DataFolder.at(data);
        var running = RunningInstance.on(folder).flatMap(RunningInstance::process);
        if (running.isEmpty()) {
            spec.commandLine().getOut().println("not running on " + folder.path());
            return 0;
        }
        var process = running.get();
        process.destroy();
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException(
                    "process %d did not stop within %d s".formatted(process.pid(), PATIENCE_SECONDS), e);
        }
        spec.commandLine().getOut().println("stopped");
        return 0;
    }
}
