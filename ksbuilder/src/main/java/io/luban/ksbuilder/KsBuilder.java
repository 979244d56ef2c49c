package io.luban.ksbuilder;

import io.luban.ksbuilder.command.CommandException;
import io.luban.ksbuilder.command.PackageCommand;
import io.luban.ksbuilder.command.PublishCommand;
import io.luban.ksbuilder.command.Session;
import io.luban.ksbuilder.command.UnpublishCommand;
import io.luban.ksbuilder.command.ValidateCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * ksbuilder as a value: where it runs and what it sees of its environment. One instance may run any number of commands.
 */
public final class KsBuilder {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    private final Path workingDirectory;
    private final Map<String, String> environment;
    private final Clock clock;

    /** A builder whose relative paths start at {@code workingDirectory}. */
    public KsBuilder(Path workingDirectory, Map<String, String> environment, Clock clock) {
        this.workingDirectory = workingDirectory.toAbsolutePath().normalize();
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /** Runs one command; answers 0 for success and 1 after a failure that was explained on {@code err}. */
    public int run(String[] args, PrintStream out, PrintStream err) {
        var session = new Session(workingDirectory, environment, clock, out);
        var line = new CommandLine(new Root())
                .addSubcommand("package", new PackageCommand(session))
                .addSubcommand("publish", new PublishCommand(session))
                .addSubcommand("unpublish", new UnpublishCommand(session))
                .addSubcommand("validate", new ValidateCommand(session))
                .addSubcommand("version", new VersionCommand(out));
        line.getCommandSpec().version(version());
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((failure, ignored) -> fail(err, failure));
        line.setExecutionExceptionHandler((failure, ignored, parsed) -> fail(err, failure));
        if (args.length == 0) {
            line.usage(line.getOut());
            return SUCCESS;
        }
        return line.execute(args);
    }

    private static int fail(PrintStream err, Exception failure) {
        var message = failure.getMessage();
        err.printf("%nerror executing command: %s%n", message == null ? failure.toString() : message);
        return FAILURE;
    }

    private static String version() {
        var properties = new Properties();
        try (var in = KsBuilder.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new CommandException("build.properties is missing from the program");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }

    @Command(
            name = "ksbuilder",
            mixinStandardHelpOptions = true,
            description = "Packages, checks and publishes KubeSphere extensions.")
    private static final class Root {}

    @Command(name = "version", description = "Print the version.")
    private static final class VersionCommand implements Callable<Integer> {
        private final PrintStream out;

        VersionCommand(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() {
            out.println(version());
            return SUCCESS;
        }
    }
}
