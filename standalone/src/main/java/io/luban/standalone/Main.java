package io.luban.standalone;

import io.luban.ksbuilder.KsBuilder;
import io.luban.standalone.apiserver.KsApiserver;
import io.luban.standalone.controllermanager.KsControllerManager;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code luban} command. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "luban",
        description = "An extensible control plane over Kubernetes, in one process.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            BootstrapCommand.class,
            VersionCommand.class,
            RehearseCommand.class
        })
final class Main {
    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("ksbuilder")) {
            return new KsBuilder(Path.of(""), System.getenv(), Clock.system(ZoneId.systemDefault()))
                    .run(Arrays.copyOfRange(arguments, 1, arguments.length), System.out, System.err);
        }
        var charset = Charset.defaultCharset();
        var command = arguments.length > 0 ? arguments[0] : "";
        if (command.equals("ks-apiserver")) {
            return part(
                    command,
                    charset,
                    out -> new KsApiserver(System.getenv(), Clock.systemUTC())
                            .run(List.of(arguments).subList(1, arguments.length), out));
        }
        if (command.equals("ks-controller-manager")) {
            return part(
                    command,
                    charset,
                    out -> new KsControllerManager(System.getenv(), Clock.systemUTC())
                            .run(List.of(arguments).subList(1, arguments.length), out));
        }
        return commands()
                .setOut(new PrintWriter(System.out, true, charset))
                .setErr(new PrintWriter(System.err, true, charset))
                .execute(arguments);
    }

    /** The commands of the platform itself, with failures explained in a line. */
    static CommandLine commands() {
        return new CommandLine(new Main()).setExecutionExceptionHandler(Main::explain);
    }

    /** A part that runs alone; has flags of its own, written as those of the original. */
    private interface Part {
        int run(PrintWriter out) throws InterruptedException;
    }

    private static int part(String name, Charset charset, Part part) {
        try {
            return part.run(new PrintWriter(System.out, true, charset));
        } catch (InterruptedException e) {
            return CommandLine.ExitCode.SOFTWARE;
        } catch (RuntimeException e) {
            new PrintWriter(System.err, true, charset).println(name + ": " + Explanation.of(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult result) {
        LoggerFactory.getLogger(Main.class).atError().setCause(failure).log("command failed");
        command.getErr().println("luban: " + Explanation.of(failure));
        return CommandLine.ExitCode.SOFTWARE;
    }
}
