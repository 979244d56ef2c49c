package io.luban.standalone;

import io.luban.embeddedkube.backup.DataBackup;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code luban restore}: makes a data folder of a backup. */
@Command(
        name = "restore",
        description = {
            "Make a data folder of a backup; 'luban up' on it brings the platform back as it was.",
            "The backup is checked from end to end before anything is touched. Certificates, keys and so kubeconfigs and",
            "tokens are those of the backup. Clients that watch are told to list anew: versions go on far beyond the old ones."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "a backup made by 'luban backup'")
    private Path file = Path.of("luban.backup");

    @Option(names = "--data", paramLabel = "DIR", description = "data folder to make (default: ~/.luban)")
    private Path data = DataFolder.standard();

    @Option(names = "--force", description = "move a data folder that is there aside and take its place")
    private boolean replaces;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the command line parser
    private CommandSpec spec;

    @Override
    public Integer call() {
        var folder = DataFolder.at(data);
        RunningInstance.on(folder).ifPresent(running -> {
            throw new IllegalStateException(
                    "data folder %s is in use by process %d: stop it with 'luban down --data %s'"
                            .formatted(folder.path(), running.pid(), folder.path()));
        });
        var aside = DataBackup.restore(file, folder.path(), replaces, Clock.systemUTC());
        var out = spec.commandLine().getOut();
        aside.ifPresent(path -> out.println("what was there is in " + path));
        out.printf("restored to %s: start it with 'luban up --data %s'%n", folder.path(), folder.path());
        return 0;
    }
}
