package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.remote.ChartStore;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.kube.KubeRest;
import java.util.List;
import java.util.Optional;

/** Finds versions of extensions and their charts. */
final class ExtensionVersions {
    private final KubeRest kube;
    private final ChartStore charts;

    ExtensionVersions(KubeRest kube) {
        this.kube = kube;
        this.charts = new ChartStore(path -> kube.find(path).map(JsonNode.class::cast), System.getenv());
    }

    /** The version of an extension, whether its object is named with or without the leading v of the version. */
    Optional<ObjectNode> find(String extension, String version) {
        var bare = bare(version);
        for (var spelling : List.of(version, bare, "v" + bare)) {
            var found = kube.find(Paths.VERSIONS + "/" + ExtensionNames.extensionVersion(extension, spelling));
            if (found.isPresent()) {
                return found;
            }
        }
        return all(extension).stream()
                .filter(candidate ->
                        bare(candidate.at("/spec/version").asText("")).equals(bare))
                .findFirst();
    }

    private static String bare(String version) {
        return version.startsWith("v") ? version.substring(1) : version;
    }

    /** All versions of an extension. */
    List<ObjectNode> all(String extension) {
        return Lists.items(kube, Paths.ofExtension(Paths.VERSIONS, extension));
    }

    /** The packaged chart; throws {@link PreparationException} when it cannot be had. */
    byte[] chart(JsonNode version) {
        var name = version.at("/metadata/name").asText("");
        try {
            return charts.read(version);
        } catch (ArchiveException | RemoteException e) {
            throw new PreparationException(
                    "ChartUnavailable", "extension version \"%s\": %s".formatted(name, e.getMessage()));
        }
    }
}
