package io.luban.model.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads settings from a YAML, JSON or TOML file, the environment, which wins over it, and options of a command, which win over
 * both; collects every problem before it complains. Names in files compare without case.
 */
public final class ConfigurationFile {
    /** Keys by their lower-case names. */
    private final Map<String, Key<?>> keys = new TreeMap<>();

    private final List<Key<?>> declared;
    private final String source;
    private final Map<String, Object> values = new HashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigurationFile(String source, List<Key<?>> declared) {
        this.source = source;
        this.declared = List.copyOf(declared);
        for (var key : declared) {
            keys.put(lower(key.name()), key);
            key.aliases().forEach(alias -> keys.put(lower(alias), key));
        }
    }

    /**
     * The settings of a file, or of none, and of the variables of an environment, for these keys. Throws
     * {@link ConfigurationException} naming all that is wrong.
     */
    public static Settings read(List<Key<?>> keys, Optional<Path> file, Map<String, String> environment) {
        return read(keys, file, environment, List.of());
    }

    /** The same with options of a command. */
    public static Settings read(
            List<Key<?>> keys, Optional<Path> file, Map<String, String> environment, List<GivenOption> options) {
        var reading = new ConfigurationFile(file.map(Path::toString).orElse("configuration"), keys);
        file.ifPresent(path -> reading.document(path, text(path)));
        reading.environment(environment);
        options.forEach(option -> reading.set(option.key(), TextNode.valueOf(option.value()), option.option()));
        return reading.result();
    }

    /**
     * A value that was given with a command.
     *
     * @param option how it was written there, such as {@code --jwt-secret}
     */
    public record GivenOption(Key<?> key, String option, String value) {}

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the configuration file " + file, e);
        }
    }

    private void document(Path file, String text) {
        try {
            var root = file.toString().endsWith(".toml") ? Toml.parse(text) : Yaml.parse(text);
            if (root.isObject()) {
                members("", root);
            } else if (!root.isNull()) {
                problems.add("must be a map of settings");
            }
        } catch (ParseException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void members(String prefix, JsonNode node) {
        for (var member : node.properties()) {
            var name = prefix + member.getKey();
            var key = keys.get(lower(name));
            if (key != null) {
                if (!member.getValue().isNull()) {
                    set(key, member.getValue(), name);
                }
            } else if (isSection(name)
                    && (member.getValue().isObject() || member.getValue().isNull())) {
                members(name + ".", member.getValue());
            } else if (isSection(name)) {
                problems.add(name + ": must be a section with settings in it, not a value");
            } else {
                unknown.add("%s: unknown key, the nearest is %s".formatted(name, NearestName.of(name, known())));
            }
        }
    }

    private Set<String> known() {
        var names = new TreeSet<String>();
        declared.forEach(key -> {
            names.add(key.name());
            names.addAll(key.aliases());
            names.add(key.name().substring(0, Math.max(0, key.name().lastIndexOf('.'))));
        });
        return names;
    }

    private boolean isSection(String name) {
        var prefix = lower(name) + ".";
        return keys.keySet().stream().anyMatch(key -> key.startsWith(prefix));
    }

    private void environment(Map<String, String> environment) {
        for (var key : declared) {
            for (var variable : key.variables().reversed()) {
                var text = environment.get(variable);
                if (text != null) {
                    set(key, TextNode.valueOf(text), variable);
                }
            }
        }
    }

    private void set(Key<?> key, JsonNode node, String where) {
        try {
            values.put(key.name(), key.type().reader().apply(node));
        } catch (ParseException e) {
            var message = String.valueOf(e.getMessage());
            var given = !key.isSecret() && node.isValueNode() && !message.contains(node.asText())
                    ? " \"" + node.asText() + "\""
                    : "";
            problems.add("%s:%s %s".formatted(where, given, message));
        }
    }

    private Settings result() {
        if (problems.isEmpty()) {
            return new Settings(values, unknown);
        }
        problems.addAll(unknown);
        throw new ConfigurationException(source, problems);
    }
}
