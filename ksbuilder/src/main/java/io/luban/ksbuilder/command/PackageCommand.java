package io.luban.ksbuilder.command;

import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.PackageValidation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Packs a directory into {@code NAME-VERSION.tgz} in the working directory. */
@Command(
        name = "package",
        mixinStandardHelpOptions = true,
        description = "Pack an extension directory into an archive.")
public final class PackageCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "DIR", description = "Directory with extension.yaml.")
    private String directory = "";

    /** A command over its surroundings. */
    public PackageCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.out().println("package extension " + directory);
        var path = session.resolve(directory);
        if (!Files.isDirectory(path)) {
            throw new CommandException(path + ": not a directory");
        }
        var extension = ExtensionPackage.read(path);
        PackageValidation.requireValid(extension);
        session.warnIfLarge(extension);
        var file = session.workingDirectory()
                .resolve("%s-%s.tgz"
                        .formatted(
                                extension.metadata().name(),
                                extension.metadata().version()));
        Files.write(file, extension.packed());
        session.out().println("package saved to " + file);
        return 0;
    }
}
