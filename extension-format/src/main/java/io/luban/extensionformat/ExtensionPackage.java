package io.luban.extensionformat;

import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartDirectory;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An extension as its author hands it over.
 *
 * @param metadata what extension.yaml says, the icon as data URI where it is a file of the package
 * @param files the chart's files, with the generated Chart.yaml
 * @param packed the chart as archive
 * @param source where it was read from, for messages
 */
public record ExtensionPackage(ExtensionMetadata metadata, List<ChartFile> files, byte[] packed, PackageSource source) {
    /** Defensive copy. */
    public ExtensionPackage {
        files = List.copyOf(files);
    }

    /** Reads a directory or a packaged chart; throws {@link ArchiveException} or {@link ParseException}. */
    public static ExtensionPackage read(Path path) {
        if (Files.isDirectory(path)) {
            return ofDirectory(path);
        }
        if (!Files.exists(path)) {
            throw new ArchiveException(path + ": no such file or directory");
        }
        return ofArchive(ChartArchive.bytesOf(path), path.toString());
    }

    /** Reads a packaged chart; {@code origin} names it in messages. */
    public static ExtensionPackage ofArchive(byte[] packed, String origin) {
        try {
            var archive = ChartArchive.read(packed);
            var metadata = metadata(archive.files());
            if (archive.file(ChartYaml.FILE).isEmpty()) {
                throw new ArchiveException("Chart.yaml is missing, use ksbuilder package to make the archive");
            }
            return new ExtensionPackage(
                    withResolvedIcon(metadata, archive.files()),
                    archive.files(),
                    packed,
                    new PackageSource(origin, metadata.icon()));
        } catch (ArchiveException e) {
            throw new ArchiveException(origin + ": " + e.getMessage());
        } catch (ParseException e) {
            throw new ParseException(origin + ": " + e.getMessage());
        }
    }

    private static ExtensionPackage ofDirectory(Path directory) {
        var files = new ArrayList<>(ChartDirectory.read(directory));
        var metadata = metadata(files);
        var resolved = withResolvedIcon(metadata, files);
        files.addAll(ApplicationClass.subchart(metadata.name(), List.copyOf(files)));
        files.removeIf(file -> file.path().equals(ChartYaml.FILE));
        files.add(new ChartFile(ChartYaml.FILE, ChartYaml.generate(resolved).getBytes(StandardCharsets.UTF_8)));
        return new ExtensionPackage(
                resolved,
                files,
                ChartPacker.pack(metadata.name(), files),
                new PackageSource(directory.toString(), metadata.icon()));
    }

    /** The package with other metadata and files; extension.yaml and Chart.yaml are written anew. */
    public ExtensionPackage with(ExtensionMetadata changed, List<ChartFile> otherFiles) {
        var kept = new ArrayList<>(otherFiles);
        kept.removeIf(file -> file.path().equals(ChartYaml.FILE) || file.path().equals(ExtensionMetadata.FILE));
        kept.add(new ChartFile(ChartYaml.FILE, ChartYaml.generate(changed).getBytes(StandardCharsets.UTF_8)));
        kept.add(new ChartFile(
                ExtensionMetadata.FILE, Yaml.write(changed.document()).getBytes(StandardCharsets.UTF_8)));
        return new ExtensionPackage(
                changed,
                kept,
                ChartPacker.pack(changed.name(), kept),
                new PackageSource(source.origin(), changed.icon()));
    }

    /** The file at a path relative to the package's root. */
    public Optional<ChartFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private static ExtensionMetadata metadata(List<ChartFile> files) {
        return files.stream()
                .filter(file -> file.path().equals(ExtensionMetadata.FILE))
                .findFirst()
                .map(file -> ExtensionMetadata.parse(file.text()))
                .orElseThrow(() -> new ArchiveException("extension.yaml is missing at the top of the package"));
    }

    private static ExtensionMetadata withResolvedIcon(ExtensionMetadata metadata, List<ChartFile> files) {
        return metadata.withIcon(Icons.resolve(metadata.icon(), files).icon());
    }
}
