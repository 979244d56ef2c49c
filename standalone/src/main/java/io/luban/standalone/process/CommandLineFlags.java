package io.luban.standalone.process;

import io.luban.model.configuration.ConfigurationFile.GivenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a command line as Go's programs read them: {@code --name=value}, {@code --name value}, and for switches
 * {@code --name}; {@code _} is the same as {@code -} in names. The last one of several wins.
 *
 * @param known the options that there are
 * @param problems sentences on what cannot be read
 * @param asksForHelp whether {@code --help} or {@code -h} is among them
 */
public record CommandLineFlags(
        List<Flag> known, Map<String, String> given, List<String> problems, boolean asksForHelp) {
    /** Reads arguments; never fails, but notes what it could not read. */
    public static CommandLineFlags read(List<Flag> known, List<String> arguments) {
        var given = new LinkedHashMap<String, String>();
        var problems = new ArrayList<String>();
        boolean help = false;
        var rest = arguments.iterator();
        while (rest.hasNext()) {
            var argument = spelledOut(rest.next());
            if (argument.equals("--help") || argument.equals("-h")) {
                help = true;
                continue;
            }
            int equals = argument.indexOf('=');
            var name = name(equals < 0 ? argument : argument.substring(0, equals));
            var flag = named(known, name);
            if (flag.isEmpty()) {
                problems.add(argument.startsWith("-") ? "unknown flag: " + argument : "unknown argument: " + argument);
            } else if (equals >= 0) {
                given.put(name, argument.substring(equals + 1));
            } else if (flag.get().isSwitch()) {
                given.put(name, "true");
            } else if (rest.hasNext()) {
                given.put(name, rest.next());
            } else {
                problems.add("flag needs a value: " + argument);
            }
        }
        return new CommandLineFlags(known, given, List.copyOf(problems), help);
    }

    private static Optional<Flag> named(List<Flag> known, String name) {
        return known.stream().filter(flag -> flag.name().equals(name)).findFirst();
    }

    /** {@code -v4} means what {@code -v=4} means. */
    private static String spelledOut(String argument) {
        return argument.matches("-v\\d+") ? "-v=" + argument.substring(2) : argument;
    }

    private static String name(String argument) {
        return argument.startsWith("--") ? argument.substring(2).replace('_', '-') : argument.equals("-v") ? "v" : "";
    }

    /** The value of a flag that sets no key. */
    public String value(String name) {
        var standard = named(known, name).map(Flag::standard).orElse("");
        return given.getOrDefault(name, standard);
    }

    /** What is said about settings. */
    public List<GivenOption> options() {
        return given.entrySet().stream()
                .flatMap(entry -> named(known, entry.getKey()).flatMap(Flag::declared).stream()
                        .map(key -> new GivenOption(key, "--" + entry.getKey(), entry.getValue())))
                .toList();
    }
}
