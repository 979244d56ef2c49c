package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.version.Constraint;
import io.luban.extensionformat.version.Version;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Keeps an Extension's list of versions and its recommendation, and removes its versions with it. */
public final class ExtensionReconciler implements Reconciler {
    private final KubeRest kube;
    private final ExtensionVersions versions;
    private final Version platform;

    private record Listed(Version version, JsonNode object) {}

    /** A reconciler; the settings tell the platform's own version. */
    public ExtensionReconciler(KubeRest kube, ExtensionSettings settings) {
        this.kube = kube;
        this.versions = new ExtensionVersions(kube);
        this.platform = Version.parse(settings.platformVersion());
    }

    @Override
    public Outcome reconcile(String name) {
        var found = kube.find(Paths.extension(name));
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        var extension = found.get();
        if (extension.at("/metadata/deletionTimestamp").isTextual()) {
            return remove(name, extension);
        }
        if (!hasFinalizer(extension)) {
            kube.patch(Paths.extension(name), finalizers(extension, true));
            return Outcome.again(Duration.ZERO);
        }
        updateStatus(name, extension);
        return Outcome.DONE;
    }

    private void updateStatus(String name, JsonNode extension) {
        var listed = versions.all(name).stream()
                .filter(version -> !version.at("/metadata/deletionTimestamp").isTextual())
                .filter(version -> ExtensionNames.problemOfVersion(
                                version.at("/spec/version").asText(""))
                        .isEmpty())
                .map(version ->
                        new Listed(Version.parse(version.at("/spec/version").asText("")), version))
                .sorted(Comparator.comparing(Listed::version))
                .toList();
        var status = Json.object();
        status.set("versions", wire(listed));
        recommended(listed).ifPresent(version -> {
            status.put("recommendedVersion", version);
            status.put("recommendVersion", version);
        });
        var present = extension.path("status");
        boolean same =
                status.properties().stream().allMatch(entry -> entry.getValue().equals(present.path(entry.getKey())));
        if (!same) {
            var patch = Json.object();
            patch.set("status", status);
            kube.patch(Paths.extension(name), patch);
        }
    }

    /** Highest version that fits; empty text when none does, nothing when the cluster's version is not known. */
    private Optional<String> recommended(List<Listed> ascending) {
        var cluster = clusterVersion();
        if (cluster.isEmpty()) {
            return Optional.empty();
        }
        for (var candidate : ascending.reversed()) {
            var spec = candidate.object().path("spec");
            if (Constraint.accepts(spec.path("kubeVersion").asText(""), cluster.get())
                    && Constraint.accepts(spec.path("ksVersion").asText(""), platform)) {
                return Optional.of(candidate.version().text());
            }
        }
        return Optional.of("");
    }

    private Optional<Version> clusterVersion() {
        try {
            return Version.find(kube.get("/version").path("gitVersion").asText(""));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    private static ArrayNode wire(List<Listed> listed) {
        var list = Json.array();
        for (var entry : listed) {
            var item = list.addObject().put("version", entry.version().text());
            var created = entry.object().at("/metadata/creationTimestamp");
            if (created.isTextual()) {
                item.set("creationTimestamp", created);
            }
        }
        return list;
    }

    private Outcome remove(String name, ObjectNode extension) {
        if (!hasFinalizer(extension)) {
            return Outcome.DONE;
        }
        for (var version : versions.all(name)) {
            kube.delete(Paths.VERSIONS + "/" + version.at("/metadata/name").asText());
        }
        try {
            kube.patch(Paths.extension(name), finalizers(extension, false));
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
        return Outcome.DONE;
    }

    private static boolean hasFinalizer(JsonNode extension) {
        for (var finalizer : extension.at("/metadata/finalizers")) {
            if (finalizer.asText().equals(Labels.EXTENSION_FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode finalizers(JsonNode extension, boolean protects) {
        var patch = Json.object();
        var metadata = patch.putObject("metadata")
                .put(
                        "resourceVersion",
                        extension.at("/metadata/resourceVersion").asText());
        var list = metadata.putArray("finalizers");
        extension.at("/metadata/finalizers").forEach(finalizer -> {
            if (!finalizer.asText().equals(Labels.EXTENSION_FINALIZER)) {
                list.add(finalizer);
            }
        });
        if (protects) {
            list.add(Labels.EXTENSION_FINALIZER);
        }
        return patch;
    }
}
