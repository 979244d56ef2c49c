package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.extensionformat.ExtensionNames;
import io.luban.extensionformat.ExtensionVersionSpec;
import io.luban.extensionformat.archive.ArchiveException;
import io.luban.extensionformat.archive.ChartArchive;
import io.luban.extensionformat.version.Version;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Completes an ExtensionVersion that somebody made by hand with nothing but a chart. */
public final class ExtensionVersionReconciler implements Reconciler {
    private static final int REMEMBERED = 1000;

    private final KubeRest kube;
    private final ExtensionVersions versions;
    private final ObjectEvents events;
    /** What was told last of each version that cannot be completed; told again after a restart. */
    private final Map<String, String> told = new ConcurrentHashMap<>();

    /** A reconciler over the catalog's cluster. */
    public ExtensionVersionReconciler(KubeRest kube, Clock clock) {
        this.kube = kube;
        this.events = new ObjectEvents(kube, Ids.random(), clock);
        this.versions = new ExtensionVersions(kube);
    }

    @Override
    public Outcome reconcile(String name) {
        var found = kube.find(Paths.VERSIONS + "/" + name);
        if (found.isEmpty() || isComplete(found.get())) {
            told.remove(name);
            return Outcome.DONE;
        }
        try {
            var chart = ChartArchive.read(versions.chart(found.get()));
            var spec = found.get().path("spec") instanceof ObjectNode object ? object : Json.object();
            var extracted = ExtensionVersionSpec.extract(spec, chart);
            var problem = extracted
                    .map(content -> ExtensionNames.problemOfName(content.name()))
                    .orElse(Optional.of(
                            "the chart has no extension.yaml that can be read, or a version that breaks the rules"));
            problem.ifPresentOrElse(
                    words -> tell(found.get(), "InvalidChart", words),
                    () -> extracted.ifPresent(content -> complete(found.get(), content)));
            return Outcome.DONE;
        } catch (PreparationException e) {
            tell(found.get(), e.reason(), e.explanation());
            // The loop tries again, ever more seldom: the chart may be on its way, or its server down.
            throw ApiException.unavailable(e.explanation());
        } catch (ArchiveException e) {
            tell(found.get(), "InvalidChart", String.valueOf(e.getMessage()));
            return Outcome.DONE;
        }
    }

    private void tell(ObjectNode version, String reason, String message) {
        var name = version.at("/metadata/name").asText();
        if (told.size() > REMEMBERED) {
            told.clear();
        }
        if (!message.equals(told.put(name, message))) {
            events.tell(
                    version, "ExtensionVersion", "extensionversion", new ObjectEvents.Happening(true, reason, message));
        }
    }

    private static boolean isComplete(JsonNode version) {
        return !version.at("/spec/repository").asText("").isEmpty()
                || !version.at("/spec/version").asText("").isEmpty()
                || version.at("/metadata/deletionTimestamp").isTextual();
    }

    private void complete(ObjectNode version, ExtensionVersionSpec.Extracted extracted) {
        extracted.warnings().forEach(warning -> tell(version, "IncompleteChart", warning));
        var name = version.at("/metadata/name").asText();
        var category = extracted.spec().path("category").asText("");
        var patch = Json.object();
        var labels = patch.withObject("/metadata/labels").put(Labels.EXTENSION, extracted.name());
        if (!category.isEmpty()) {
            labels.put(Labels.CATEGORY, category);
        }
        if (!extracted.annotations().isEmpty()) {
            extracted.annotations().forEach(patch.withObject("/metadata/annotations")::put);
        }
        patch.set("spec", extracted.spec());
        kube.patch(Paths.VERSIONS + "/" + name, patch);
        publish(extracted, category);
    }

    private void publish(ExtensionVersionSpec.Extracted extracted, String category) {
        var path = Paths.extension(extracted.name());
        var present = kube.find(path);
        var info = ExtensionVersionSpec.info(extracted.spec());
        if (present.isEmpty()) {
            var extension =
                    Json.object().put("apiVersion", "kubesphere.io/v1alpha1").put("kind", "Extension");
            var metadata = extension.putObject("metadata").put("name", extracted.name());
            if (!category.isEmpty()) {
                metadata.putObject("labels").put(Labels.CATEGORY, category);
            }
            extension.set("spec", info);
            kube.create(Paths.EXTENSIONS, extension);
        } else if (!listsHigher(present.get(), extracted.spec().path("version").asText(""))) {
            var patch = Json.object();
            patch.set("spec", info);
            kube.patch(path, patch);
        }
    }

    private static boolean listsHigher(JsonNode extension, String version) {
        var own = Version.parse(version);
        for (var listed : extension.at("/status/versions")) {
            var other = Version.find(listed.path("version").asText(""));
            if (other.isPresent() && other.get().compareTo(own) > 0) {
                return true;
            }
        }
        return false;
    }
}
