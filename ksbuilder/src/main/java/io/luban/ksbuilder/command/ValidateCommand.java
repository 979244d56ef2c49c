package io.luban.ksbuilder.command;

import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.PackageValidation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks a directory or an archive without a cluster. */
@Command(name = "validate", mixinStandardHelpOptions = true, description = "Check an extension directory or archive.")
public final class ValidateCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "PATH", description = "Directory or packaged archive.")
    private String path = "";

    /** A command over its surroundings. */
    public ValidateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.out().println("validating extension " + path);
        var extension = ExtensionPackage.read(session.resolve(path));
        PackageValidation.requireValid(extension);
        session.warnIfLarge(extension);
        session.out().println();
        session.out().println("no issues found");
        return 0;
    }
}
