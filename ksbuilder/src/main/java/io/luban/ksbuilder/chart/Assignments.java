package io.luban.ksbuilder.chart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Values as they are put together on a command line: files first, then single assignments, the later one wins. */
public final class Assignments {
    private final ObjectNode values = Json.object();
    private final Function<String, Path> files;

    /** Nothing yet; {@code files} turns what the user wrote into a path. */
    public Assignments(Function<String, Path> files) {
        this.files = files;
    }

    /** Everything assigned so far. */
    public ObjectNode values() {
        return values;
    }

    /** Lays YAML files over each other. */
    public Assignments files(List<String> names) {
        for (var name : names) {
            var parsed = Yaml.parse(read(name));
            if (parsed instanceof ObjectNode map) {
                Values.merge(values, map);
            } else if (!parsed.isNull()) {
                throw new ParseException(name + ": expected a map of values");
            }
        }
        return this;
    }

    /** Assignments whose values may be JSON of any kind, or whole maps. */
    public Assignments json(List<String> texts) {
        for (var text : texts) {
            if (text.strip().startsWith("{")) {
                Values.merge(values, Json.parseObject(text.getBytes(StandardCharsets.UTF_8)));
            } else {
                SetParser.applyWhole(text, values, Json::parse);
            }
        }
        return this;
    }

    /** Assignments with booleans, numbers, null and texts. */
    public Assignments set(List<String> texts) {
        texts.forEach(text -> SetParser.apply(text, values, SetParser::typed));
        return this;
    }

    /** Assignments of texts. */
    public Assignments strings(List<String> texts) {
        texts.forEach(
                text -> SetParser.apply(text, values, value -> Json.object().textNode(value)));
        return this;
    }

    /** Assignments of what the named files contain. */
    public Assignments contents(List<String> texts) {
        texts.forEach(
                text -> SetParser.apply(text, values, name -> Json.object().textNode(read(name))));
        return this;
    }

    /** Assignments of texts in which no character has a meaning. */
    public Assignments literals(List<String> texts) {
        texts.forEach(text ->
                SetParser.applyWhole(text, values, value -> Json.object().textNode(value)));
        return this;
    }

    private String read(String name) {
        var file = files.apply(name);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ParseException("%s: cannot be read: %s".formatted(name, e.getMessage()));
        }
    }
}
