package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ChartData;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.kube.KubeRest;
import java.util.List;
import java.util.Optional;

/** Finds versions of extensions and their charts. */
final class ExtensionVersions {
    private final KubeRest kube;

    ExtensionVersions(KubeRest kube) {
        this.kube = kube;
    }

    /** The version of an extension, whether its object is named with or without the leading v of the version. */
    Optional<ObjectNode> find(String extension, String version) {
        var bare = version.startsWith("v") ? version.substring(1) : version;
        for (var spelling : List.of(version, bare, "v" + bare)) {
            var found = kube.find(Paths.VERSIONS + "/" + ExtensionNames.extensionVersion(extension, spelling));
            if (found.isPresent()) {
                return found;
            }
        }
        return all(extension).stream()
                .filter(candidate -> candidate.at("/spec/version").asText("").equals(version))
                .findFirst();
    }

    /** All versions of an extension. */
    List<ObjectNode> all(String extension) {
        return Lists.items(kube, Paths.ofExtension(Paths.VERSIONS, extension));
    }

    /** The packaged chart; throws {@link PreparationException} when it cannot be had. */
    byte[] chart(JsonNode version) {
        var name = version.at("/metadata/name").asText("");
        var reference = version.at("/spec/chartDataRef");
        if (!reference.isObject()) {
            throw new PreparationException(
                    "ChartUnavailable", "extension version \"%s\" has no spec.chartDataRef".formatted(name));
        }
        var maps = Paths.inNamespace(reference.path("namespace").asText(""), "configmaps") + "/";
        try {
            return kube.find(maps + reference.path("name").asText(""))
                    .flatMap(first -> ChartData.join(
                            first,
                            reference.path("key").asText(""),
                            other -> kube.find(maps + other).map(JsonNode.class::cast)))
                    .orElseThrow(() -> new PreparationException(
                            "ChartUnavailable",
                            "extension version \"%s\": chart data not found in config map".formatted(name)));
        } catch (ArchiveException e) {
            throw new PreparationException(
                    "ChartUnavailable", "extension version \"%s\": %s".formatted(name, e.getMessage()));
        }
    }
}
