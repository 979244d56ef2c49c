package io.luban.ksbuilder.chart;

import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A working copy of a package in a private folder, gone when closed; charts packed inside it are unpacked. */
public final class ChartFolder implements AutoCloseable {
    private static final int MAX_NESTING = 8;

    private final Path parent;
    private final Path chart;

    private ChartFolder(Path parent, Path chart) {
        this.parent = parent;
        this.chart = chart;
    }

    /** A copy of the package as it is, with the generated Chart.yaml. */
    public static ChartFolder of(ExtensionPackage source) {
        return of(source.metadata().name(), unpacked(source.files(), 0));
    }

    static ChartFolder of(String name, List<ChartFile> files) {
        try {
            var parent = Files.createTempDirectory("ksbuilder-");
            var chart = parent.resolve(name.isEmpty() ? "chart" : name);
            for (var file : files) {
                var target = chart.resolve(file.path()).normalize();
                if (!target.startsWith(chart)) {
                    throw new ArchiveException(file.path() + ": leaves the folder of the chart");
                }
                Files.createDirectories(target.getParent());
                Files.write(target, file.data());
            }
            return new ChartFolder(parent, chart);
        } catch (IOException e) {
            throw new UncheckedIOException("the working copy of the chart cannot be written", e);
        }
    }

    /** The folder with Chart.yaml. */
    public Path path() {
        return chart;
    }

    /** Replaces a file of the chart. */
    public void write(String file, String text) {
        try {
            Files.writeString(chart.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException("the working copy of the chart cannot be written", e);
        }
    }

    /** The files with every packed chart in {@code charts/} replaced by its own files. */
    static List<ChartFile> unpacked(List<ChartFile> files, int nesting) {
        var all = new ArrayList<ChartFile>();
        for (var file : files) {
            if (nesting < MAX_NESTING && file.path().matches("(?:.*/)?charts/[^/]+\\.tgz")) {
                var folder = file.path().substring(0, file.path().length() - ".tgz".length());
                unpacked(ChartArchive.read(file.data()).files(), nesting + 1)
                        .forEach(inner -> all.add(new ChartFile(folder + "/" + inner.path(), inner.data())));
            } else {
                all.add(file);
            }
        }
        return all;
    }

    @Override
    public void close() {
        try (var tree = Files.walk(parent)) {
            for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the working copy " + parent + " cannot be removed", e);
        }
    }
}
