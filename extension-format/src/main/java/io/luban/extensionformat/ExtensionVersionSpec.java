package io.luban.extensionformat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The spec of an ExtensionVersion as a chart's own files describe it. */
public final class ExtensionVersionSpec {
    private static final List<String> INFO = List.of("displayName", "description", "icon", "provider");
    private static final List<String> FIELDS = List.of(
            "displayName",
            "description",
            "icon",
            "provider",
            "version",
            "keywords",
            "sources",
            "screenshots",
            "category",
            "kubeVersion",
            "ksVersion",
            "home",
            "docs",
            "namespace",
            "installationMode",
            "externalDependencies");

    /**
     * What a chart says about itself.
     *
     * @param name of the extension
     * @param spec the incoming spec with the chart's fields laid over it
     * @param annotations for the ExtensionVersion
     * @param warnings about what was left out
     */
    public record Extracted(String name, ObjectNode spec, Map<String, String> annotations, List<String> warnings) {
        /** Defensive copy. */
        public Extracted {
            annotations = Map.copyOf(annotations);
            warnings = List.copyOf(warnings);
        }
    }

    private ExtensionVersionSpec() {}

    /**
     * Lays the metadata of {@code chart} over {@code incoming}. Empty when the chart has no usable metadata: a version
     * that breaks the rules, or an extension.yaml that is absent or cannot be read.
     */
    public static Optional<Extracted> extract(ObjectNode incoming, ChartArchive chart) {
        try {
            var chartYaml = chart.file(ChartYaml.FILE).map(file -> Yaml.parse(file.text()));
            var extensionYaml = chart.file(ExtensionMetadata.FILE).map(file -> ExtensionMetadata.parse(file.text()));
            if (chartYaml.isEmpty() || extensionYaml.isEmpty()) {
                return Optional.empty();
            }
            var version = chartYaml.get().path("version").asText("");
            if (ExtensionNames.problemOfVersion(version).isPresent()) {
                return Optional.empty();
            }
            var metadata = extensionYaml.get();
            var icon = Icons.resolve(metadata.icon(), chart.files());
            metadata = metadata.withIcon(icon.icon());
            var spec = overlay(incoming, metadata);
            if (spec.path("version").asText("").isEmpty()) {
                spec.put("version", version);
            }
            return Optional.of(new Extracted(
                    chartYaml.get().path("name").asText(""), spec, metadata.annotations(), warnings(icon)));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private static List<String> warnings(Icons.Resolved icon) {
        return icon.problem().map(List::of).orElse(List.of());
    }

    /** The part of a spec that an Extension shares with its versions. */
    public static ObjectNode info(ObjectNode spec) {
        var info = spec.objectNode();
        INFO.forEach(field -> copy(spec, info, field));
        return info;
    }

    static ObjectNode overlay(ObjectNode incoming, ExtensionMetadata metadata) {
        var spec = incoming.deepCopy();
        FIELDS.forEach(field -> copy(metadata.document(), spec, field));
        return spec;
    }

    private static void copy(ObjectNode from, ObjectNode to, String field) {
        if (from.hasNonNull(field)) {
            to.set(field, from.path(field).deepCopy());
        }
    }
}
