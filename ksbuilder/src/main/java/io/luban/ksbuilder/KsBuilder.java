package io.luban.ksbuilder;

import io.luban.ksbuilder.command.CategoryCommand;
import io.luban.ksbuilder.command.CommandException;
import io.luban.ksbuilder.command.CreateAppCommand;
import io.luban.ksbuilder.command.CreateCommand;
import io.luban.ksbuilder.command.CreateSimpleCommand;
import io.luban.ksbuilder.command.GetCommand;
import io.luban.ksbuilder.command.IndexCommand;
import io.luban.ksbuilder.command.LintCommand;
import io.luban.ksbuilder.command.ListCommand;
import io.luban.ksbuilder.command.LoginCommand;
import io.luban.ksbuilder.command.LogoutCommand;
import io.luban.ksbuilder.command.PackageCommand;
import io.luban.ksbuilder.command.PublishCommand;
import io.luban.ksbuilder.command.PushCommand;
import io.luban.ksbuilder.command.ServeCommand;
import io.luban.ksbuilder.command.Session;
import io.luban.ksbuilder.command.TemplateCommand;
import io.luban.ksbuilder.command.UnpublishCommand;
import io.luban.ksbuilder.command.UnpushCommand;
import io.luban.ksbuilder.command.ValidateCommand;
import io.luban.ksbuilder.terminal.Terminal;
import io.luban.model.Ids;
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
    private final Terminal terminal;

    /** A builder whose relative paths start at {@code workingDirectory} and that asks at this process's terminal. */
    public KsBuilder(Path workingDirectory, Map<String, String> environment, Clock clock) {
        this(workingDirectory, environment, clock, Terminal.ofProcess());
    }

    /** The same with questions going to {@code terminal}. */
    public KsBuilder(Path workingDirectory, Map<String, String> environment, Clock clock, Terminal terminal) {
        this.terminal = terminal;
        this.workingDirectory = workingDirectory.toAbsolutePath().normalize();
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /** Runs one command; answers 0 for success and 1 after a failure that was explained on {@code err}. */
    public int run(String[] args, PrintStream out, PrintStream err) {
        var session = new Session(workingDirectory, environment, clock, out, err, terminal);
        var line = commands(session, Ids.random());
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

    private static CommandLine commands(Session session, Ids ids) {
        return new CommandLine(new Root())
                .addSubcommand("create", new CreateCommand(session))
                .addSubcommand("createsimple", new CreateSimpleCommand(session))
                .addSubcommand("createapp", new CreateAppCommand(session, ids))
                .addSubcommand("package", new PackageCommand(session))
                .addSubcommand("publish", new PublishCommand(session))
                .addSubcommand("unpublish", new UnpublishCommand(session))
                .addSubcommand("validate", new ValidateCommand(session))
                .addSubcommand("lint", new LintCommand(session, ids))
                .addSubcommand("template", new TemplateCommand(session))
                .addSubcommand("login", new LoginCommand(session, ids))
                .addSubcommand("logout", new LogoutCommand(session))
                .addSubcommand("push", new PushCommand(session, ids))
                .addSubcommand("unpush", new UnpushCommand(session, ids))
                .addSubcommand("list", new ListCommand(session, ids))
                .addSubcommand("get", new GetCommand(session, ids))
                .addSubcommand("category", new CategoryCommand(session))
                .addSubcommand("index", new IndexCommand(session))
                .addSubcommand("serve", new ServeCommand(session))
                .addSubcommand("version", new VersionCommand(session.out()));
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
