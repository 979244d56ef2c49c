package io.luban.ksbuilder.command;

import io.luban.ksbuilder.scaffold.NewExtension;
import io.luban.ksbuilder.scaffold.SourceChart;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an extension of a Helm chart whose application has a user interface of its own. */
@Command(
        name = "createsimple",
        mixinStandardHelpOptions = true,
        description = "Create an extension that shows the application of a Helm chart.")
public final class CreateSimpleCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--from", paramLabel = "FILE", description = "Packaged Helm chart, or a directory with one.")
    private String from = "";

    @Option(names = "--force", description = "Write into a directory that is not empty.")
    private boolean force;

    /** A command over its surroundings. */
    public CreateSimpleCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        var chart = SourceChart.read(session.resolve(requireFrom(from)));
        new NewExtension(session.resolve(chart.name()), force).simple(chart);
        return 0;
    }

    static String requireFrom(String from) {
        if (from.isEmpty()) {
            throw new CommandException("must specify a helm chart file with --from");
        }
        return from;
    }
}
