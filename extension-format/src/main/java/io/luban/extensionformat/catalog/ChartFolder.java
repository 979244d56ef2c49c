package io.luban.extensionformat.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartDirectory;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory of packaged charts as a repository. The index is made from the files; one that has not changed since is not
 * read again. Safe for use from any thread.
 */
public final class ChartFolder {
    private static final int MAX_CHARTS = 20_000;

    private final Path directory;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(String stamp, IndexEntry entry) {}

    /** The directory need not exist yet. */
    public ChartFolder(Path directory) {
        this.directory = directory;
    }

    /**
     * The folder's index with what could not be read.
     *
     * @param problems one sentence per file
     */
    public record Listing(ChartIndex index, List<String> problems) {}

    /** Reads the directory. */
    public Listing list() {
        var entries = new LinkedHashMap<String, IndexEntry>();
        var problems = new ArrayList<String>();
        var files = files();
        known.keySet()
                .retainAll(files.stream()
                        .map(file -> file.getFileName().toString())
                        .toList());
        for (var file : files) {
            try {
                var entry = entry(file);
                entries.putIfAbsent(entry.name() + " " + entry.version(), entry);
            } catch (ArchiveException | ParseException | IOException e) {
                problems.add(file.getFileName() + ": " + e.getMessage());
            }
        }
        return new Listing(ChartIndex.of(List.copyOf(entries.values())), problems);
    }

    /** A packaged chart by the name of its file. */
    public Optional<byte[]> read(String file) {
        return path(file).filter(Files::isRegularFile).map(ChartArchive::bytesOf);
    }

    /** Where a chart's file is or would be; empty for a name that is none of a chart in this folder. */
    public Optional<Path> path(String file) {
        boolean plain = file.endsWith(".tgz") && !file.contains("/") && !file.contains("\\") && !file.startsWith(".");
        return plain ? Optional.of(directory.resolve(file)) : Optional.empty();
    }

    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var all = Files.list(directory)) {
            return all.filter(file -> path(file.getFileName().toString()).isPresent())
                    .filter(Files::isRegularFile)
                    .sorted()
                    .limit(MAX_CHARTS)
                    .toList();
        } catch (IOException e) {
            throw new ArchiveException(directory + ": cannot be read: " + e.getMessage());
        }
    }

    private IndexEntry entry(Path file) throws IOException {
        var name = file.getFileName().toString();
        var modified = Files.getLastModifiedTime(file);
        var stamp = Files.size(file) + " " + modified;
        var before = known.get(name);
        if (before != null && before.stamp().equals(stamp)) {
            return before.entry();
        }
        var bytes = ChartArchive.bytesOf(file);
        var fields = describe(bytes);
        fields.put("created", modified.toInstant().toString());
        fields.put("digest", ChartData.digest(bytes));
        fields.putArray("urls").add("charts/" + name);
        var entry = new IndexEntry(fields);
        known.put(name, new Known(stamp, entry));
        return entry;
    }

    /** What Chart.yaml of a packaged chart says; throws {@link ArchiveException} when it has none that can be used. */
    public static ObjectNode describe(byte[] packed) {
        var fields = ChartArchive.read(packed)
                .file("Chart.yaml")
                .map(file -> Yaml.parse(file.text()))
                .orElseThrow(() -> new ArchiveException("Chart.yaml is missing"));
        if (!(fields instanceof ObjectNode object)
                || object.path("name").asText("").isEmpty()
                || object.path("version").asText("").isEmpty()) {
            throw new ArchiveException("Chart.yaml names no chart with a version");
        }
        return object;
    }

    /**
     * Packs every chart that lies in {@code source}, packed or not, into {@code target}; what cannot be packed is told. A
     * package that is there already stays.
     */
    public static List<String> collect(Path source, Path target) {
        return eachIn(source, each -> {
            Files.createDirectories(target);
            if (isPackage(each)) {
                Files.copy(each, target.resolve(each.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            var packed = pack(each);
            if (packed.isPresent() && !Files.exists(packed.get().in(target))) {
                Files.write(packed.get().in(target), packed.get().bytes());
            }
        });
    }

    /** Packs every unpacked chart of the directory into it, in place of an older package; what cannot be packed is told. */
    public static List<String> packAll(Path directory) {
        return eachIn(directory, each -> {
            var packed = pack(each);
            if (packed.isPresent()) {
                Files.write(packed.get().in(directory), packed.get().bytes());
            }
        });
    }

    private interface Step {
        void take(Path each) throws IOException;
    }

    private static List<String> eachIn(Path directory, Step step) {
        var problems = new ArrayList<String>();
        try (var all = Files.list(directory)) {
            for (var each : all.sorted().toList()) {
                try {
                    step.take(each);
                } catch (ArchiveException | ParseException e) {
                    problems.add(each.getFileName() + ": " + e.getMessage());
                }
            }
        } catch (IOException e) {
            throw new ArchiveException(directory + ": cannot be read: " + e.getMessage());
        }
        return problems;
    }

    private record Packed(String name, byte[] bytes) {
        Path in(Path directory) {
            return directory.resolve(name.replace('/', '-') + ".tgz");
        }
    }

    private static boolean isPackage(Path each) {
        return Files.isRegularFile(each) && each.getFileName().toString().endsWith(".tgz");
    }

    private static Optional<Packed> pack(Path each) throws IOException {
        if (Files.isRegularFile(each.resolve("extension.yaml"))) {
            var extension = ExtensionPackage.read(each);
            var metadata = extension.metadata();
            return Optional.of(new Packed(metadata.name() + "-" + metadata.version(), extension.packed()));
        }
        return Files.isRegularFile(each.resolve("Chart.yaml")) ? Optional.of(packPlain(each)) : Optional.empty();
    }

    private static Packed packPlain(Path each) throws IOException {
        var files = ChartDirectory.read(each);
        var chart = Yaml.parse(Files.readString(each.resolve("Chart.yaml")));
        var name = chart.path("name").asText("");
        var version = chart.path("version").asText("");
        if (name.isEmpty() || version.isEmpty()) {
            throw new ArchiveException("Chart.yaml names no chart with a version");
        }
        return new Packed(name + "-" + version, ChartPacker.pack(name, files));
    }
}
