package io.luban.ksbuilder.command;

import io.luban.extensionformat.catalog.ChartFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a directory of charts a Helm repository: packs what is not packed and writes {@code index.yaml}. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        description = "Pack the charts of a directory and write its index.yaml.")
public final class IndexCommand implements Callable<Integer> {
    private static final String INDEX = "index.yaml";

    private final Session session;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "Directory of charts and extensions, packed or not.")
    private String directory = ".";

    @Option(names = "--url", description = "Address that the charts will have; relative to the index when not given.")
    private String url = "";

    /** A command over its surroundings. */
    public IndexCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var folder = session.resolve(directory);
        if (!Files.isDirectory(folder)) {
            throw new CommandException(folder + ": not a directory");
        }
        var problems = ChartFolder.packAll(folder);
        var listing = new ChartFolder(folder).list();
        problems.addAll(listing.problems());
        problems.forEach(problem -> session.err().println("WARNING: " + problem));
        var base = url.isEmpty() || url.endsWith("/") ? url : url + "/";
        var index = listing.index().servedFrom(base);
        write(folder.resolve(INDEX), index.write(session.clock().instant().toString()));
        session.out().println("index saved to " + folder.resolve(INDEX));
        return problems.isEmpty() ? 0 : 1;
    }

    private static void write(Path file, String text) throws IOException {
        var draft = file.resolveSibling("." + INDEX + ".part");
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
