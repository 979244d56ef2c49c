package io.luban.ksbuilder.scaffold;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.archive.ChartDirectory;
import io.luban.extensionformat.archive.ChartFile;
import io.luban.extensionformat.archive.ChartPacker;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Helm chart that an extension is made of.
 *
 * @param metadata its Chart.yaml
 * @param files all of it
 * @param packed all of it as an archive
 */
public record SourceChart(JsonNode metadata, List<ChartFile> files, byte[] packed) {
    private static final String FIRST_VERSION = "0.1.0";
    private static final String OWN_PART = "base";

    /** Defensive copy. */
    public SourceChart {
        files = List.copyOf(files);
    }

    /** Reads a packaged chart or a folder with one; throws {@link ScaffoldException} when it is no chart. */
    public static SourceChart read(Path path) {
        if (!Files.exists(path)) {
            throw new ScaffoldException(path + ": no such file or directory");
        }
        boolean isFolder = Files.isDirectory(path);
        var packed = isFolder ? new byte[0] : ChartArchive.bytesOf(path);
        var files =
                isFolder ? ChartDirectory.read(path) : ChartArchive.read(packed).files();
        var metadata = files.stream()
                .filter(file -> file.path().equals("Chart.yaml"))
                .findFirst()
                .map(file -> Yaml.parse(file.text()))
                .orElseThrow(() -> new ScaffoldException(path + ": Chart.yaml is missing, so this is no Helm chart"));
        var chart = new SourceChart(
                metadata,
                files,
                isFolder ? ChartPacker.pack(metadata.path("name").asText(""), files) : packed);
        chart.requireUsableName(path);
        return chart;
    }

    /** Name of the chart. */
    public String name() {
        return text("name");
    }

    /** Version for the extension: the chart's where it is a legal one. */
    public String extensionVersion() {
        return ExtensionNames.problemOfVersion(chartVersion()).isEmpty() ? chartVersion() : FIRST_VERSION;
    }

    /** Version of the chart as it stands there. */
    public String chartVersion() {
        return text("version");
    }

    /** Version of the application, the chart's where it states none. */
    public String appVersion() {
        return text("appVersion").isEmpty() ? chartVersion() : text("appVersion");
    }

    /** Persons behind the chart with name, email and url. */
    public ArrayNode maintainers() {
        return metadata.path("maintainers") instanceof ArrayNode list ? list : Json.array();
    }

    /** A text of Chart.yaml, empty when absent. */
    public String text(String field) {
        return metadata.path(field).asText("");
    }

    private void requireUsableName(Path path) {
        ExtensionNames.problemOfName(name()).ifPresent(problem -> {
            throw new ScaffoldException(path + ": " + problem);
        });
        if (name().equals(OWN_PART)) {
            throw new ScaffoldException(
                    path + ": a chart named base cannot be used, the extension has a part of its own of that name");
        }
    }
}
