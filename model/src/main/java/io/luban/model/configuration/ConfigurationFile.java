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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads settings from a YAML file and the environment, which wins; collects every problem before it complains. */
public final class ConfigurationFile {
    private final Map<String, Key<?>> keys = new TreeMap<>();
    private final String source;
    private final Map<String, Object> values = new HashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigurationFile(String source, List<Key<?>> declared) {
        this.source = source;
        declared.forEach(key -> keys.put(key.name(), key));
    }

    /**
     * The settings of a file, or of none, and of the variables of an environment, for these keys. Throws
     * {@link ConfigurationException} naming all that is wrong.
     */
    public static Settings read(List<Key<?>> keys, Optional<Path> file, Map<String, String> environment) {
        var reading = new ConfigurationFile(file.map(Path::toString).orElse("environment"), keys);
        file.ifPresent(path -> reading.document(text(path)));
        reading.environment(environment);
        return reading.result();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the configuration file " + file, e);
        }
    }

    private void document(String text) {
        try {
            var root = Yaml.parse(text);
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
            var key = keys.get(name);
            if (key != null) {
                set(key, member.getValue(), name);
            } else if (isSection(name)
                    && (member.getValue().isObject() || member.getValue().isNull())) {
                members(name + ".", member.getValue());
            } else {
                unknown.add(
                        isSection(name)
                                ? name + ": is a section, not a value"
                                : "%s: unknown key, the nearest is %s".formatted(name, NearestName.of(name, known())));
            }
        }
    }

    private Set<String> known() {
        var names = new TreeSet<>(keys.keySet());
        keys.keySet().forEach(name -> names.add(name.substring(0, Math.max(0, name.lastIndexOf('.')))));
        return names;
    }

    private boolean isSection(String name) {
        return keys.keySet().stream().anyMatch(key -> key.startsWith(name + "."));
    }

    private void environment(Map<String, String> environment) {
        for (var key : keys.values()) {
            var text = environment.get(key.variable());
            if (text != null) {
                set(key, TextNode.valueOf(text), key.variable());
            }
        }
    }

    private void set(Key<?> key, JsonNode node, String where) {
        try {
            values.put(key.name(), key.type().reader().apply(node));
        } catch (ParseException e) {
            var message = String.valueOf(e.getMessage());
            var given = node.isValueNode() && !message.contains(node.asText()) ? " \"" + node.asText() + "\"" : "";
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
