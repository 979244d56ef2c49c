package io.luban.standalone.process;

import io.luban.apiserver.configuration.GatewayKeys;
import io.luban.model.configuration.ConfigurationFile;
import io.luban.model.configuration.Settings;
import io.luban.standalone.logging.LogSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One run of a command: its flags, the environment, and the files that these lead to. */
public record Invocation(CommandLineFlags flags, Map<String, String> environment) {
    private static final List<Path> FOLDERS = List.of(Path.of("/etc/kubesphere"), Path.of(""));
    private static final List<String> ENDINGS = List.of("yaml", "yml", "json", "toml");
    private static final int TELLS_REQUESTS = 4;
    private static final int TELLS_MORE = 6;
    private static final int HIGHEST_PORT = 65_535;

    /** Defensive copy. */
    public Invocation {
        environment = Map.copyOf(environment);
    }

    /** The configuration file, if there is any; adds to the problems when one is named that cannot be read. */
    public Optional<Path> file(List<String> problems) {
        var named = flags.value("config");
        if (!named.isEmpty()) {
            if (!Files.isReadable(Path.of(named))) {
                problems.add("--config: \"%s\" cannot be read".formatted(named));
                return Optional.empty();
            }
            return Optional.of(Path.of(named));
        }
        return FOLDERS.stream()
                .flatMap(folder -> ENDINGS.stream().map(ending -> folder.resolve("kubesphere." + ending)))
                .filter(Files::isReadable)
                .findFirst();
    }

    /** What file, environment and flags say together. */
    public Settings settings(Optional<Path> file) {
        return ConfigurationFile.read(GatewayKeys.all(), file, environment, flags.options());
    }

    /** The port that a flag says; adds to the problems what is none. */
    public int port(String name, List<String> problems) {
        var text = flags.value(name);
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= HIGHEST_PORT) {
            return Integer.parseInt(text);
        }
        problems.add("--%s: \"%s\" must be a port from 0 to %d".formatted(name, text, HIGHEST_PORT));
        return -1;
    }

    /** Logs to standard error, as programs in containers do; has to come before the first line is logged. */
    public void log() {
        var verbosity = flags.value("v");
        int level = verbosity.matches("\\d{1,2}") ? Integer.parseInt(verbosity) : 0;
        LogSettings.toStandardError(level >= TELLS_REQUESTS, level >= TELLS_MORE);
    }

    /** Prints what flags there are. */
    public void help(String command, PrintWriter out) {
        out.println("Usage: luban %s [version] [--FLAG=VALUE ...]".formatted(command));
        out.println();
        Stream.concat(flags.known().stream(), Stream.of(new Flag("help", true, "", "", "this text")))
                .forEach(flag -> out.printf(
                        "  --%-40s %s%s%n",
                        flag.name(),
                        flag.meaning(),
                        flag.standard().isEmpty() ? "" : " (default " + flag.standard() + ")"));
    }
}
