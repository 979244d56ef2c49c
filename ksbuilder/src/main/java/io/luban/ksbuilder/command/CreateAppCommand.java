package io.luban.ksbuilder.command;

import io.luban.ksbuilder.scaffold.NewExtension;
import io.luban.ksbuilder.scaffold.SourceChart;
import io.luban.model.Ids;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an extension that puts a Helm chart into the app store. */
@Command(
        name = "createapp",
        mixinStandardHelpOptions = true,
        description = "Create an extension that puts a Helm chart into the app store.")
public final class CreateAppCommand implements Callable<Integer> {
    private final Session session;
    private final Ids ids;

    @Option(names = "--from", paramLabel = "FILE", description = "Packaged Helm chart, or a directory with one.")
    private String from = "";

    @Option(names = "--force", description = "Write into a directory that is not empty.")
    private boolean force;

    /** A command over its surroundings. */
    public CreateAppCommand(Session session, Ids ids) {
        this.session = session;
        this.ids = ids;
    }

    @Override
    public Integer call() {
        var chart = SourceChart.read(session.resolve(CreateSimpleCommand.requireFrom(from)));
        new NewExtension(session.resolve(chart.name()), force).application(chart, ids);
        return 0;
    }
}
