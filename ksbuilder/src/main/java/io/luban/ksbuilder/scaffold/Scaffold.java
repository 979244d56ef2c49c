package io.luban.ksbuilder.scaffold;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A new extension's folder while it is being written. Placeholders without a value are an error of ours. */
public final class Scaffold {
    /** What every extension has. */
    private static final List<String> COMMON = List.of(
            ".helmignore",
            "CHANGELOG.md",
            "CHANGELOG_zh.md",
            "README.md",
            "README_zh.md",
            "permissions.yaml",
            "static/favicon.svg",
            "static/screenshots/screenshot.png");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\[\\[ \\.([A-Za-z]+) ]]");

    private final Path folder;
    private final Map<String, String> fields;

    private Scaffold(Path folder, Map<String, String> fields) {
        this.folder = folder;
        this.fields = Map.copyOf(fields);
    }

    /**
     * A folder that is made now, with what every extension has in it. Throws {@link ScaffoldException} when it is there
     * and not empty, unless {@code force} is given.
     *
     * @param fields values for the placeholders; those in YAML files are to be {@link #quoted}
     */
    public static Scaffold begin(Path folder, Map<String, String> fields, boolean force) {
        requireFree(folder, force);
        var scaffold = new Scaffold(folder, fields);
        scaffold.add("common", COMMON);
        return scaffold;
    }

    /** A text as a YAML scalar that is read back as the same text. */
    public static String quoted(String text) {
        return Json.text(Json.object().textNode(text));
    }

    /** A tree as YAML in one line. */
    public static String inline(JsonNode tree) {
        return Json.text(tree);
    }

    /** Writes the templates of a set under the same paths. */
    public void add(String set, List<String> paths) {
        paths.forEach(path -> write(path, expanded(resource(set + "/" + path), path)));
    }

    /** Writes the files of a chart below a folder. */
    public void addChart(String into, List<ChartFile> files) {
        files.forEach(file -> write(into + "/" + file.path(), file.data()));
    }

    /** Writes one file. */
    public void write(String path, byte[] content) {
        var file = folder.resolve(path).normalize();
        if (!file.startsWith(folder)) {
            throw new ScaffoldException(path + ": leaves the folder of the extension");
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file + " cannot be written", e);
        }
    }

    private static void requireFree(Path folder, boolean force) {
        if (force || !Files.exists(folder)) {
            return;
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new ScaffoldException("directory %s is not empty: remove it or use --force".formatted(folder));
            }
        } catch (IOException e) {
            throw new ScaffoldException("%s exists and is no directory that can be read".formatted(folder));
        }
    }

    private byte[] expanded(byte[] template, String path) {
        if (path.endsWith(".png")) {
            return template;
        }
        return PLACEHOLDER
                .matcher(new String(template, StandardCharsets.UTF_8))
                .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))))
                .getBytes(StandardCharsets.UTF_8);
    }

    private String value(String name) {
        var value = fields.get(name);
        if (value == null) {
            throw new IllegalStateException("no value for the placeholder " + name);
        }
        return value;
    }

    private static byte[] resource(String path) {
        try (var in = Scaffold.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("scaffold file " + path + " is missing from the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("scaffold file " + path + " cannot be read", e);
        }
    }
}
