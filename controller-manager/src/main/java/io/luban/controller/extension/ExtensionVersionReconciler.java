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
import io.luban.model.Json;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes an ExtensionVersion that somebody made by hand with nothing but a chart. */
public final class ExtensionVersionReconciler implements Reconciler {
    private static final Logger log = LoggerFactory.getLogger(ExtensionVersionReconciler.class);
    private static final Duration CHART_RETRY = Duration.ofSeconds(5);

    private final KubeRest kube;
    private final ExtensionVersions versions;

    /** A reconciler over the catalog's cluster. */
    public ExtensionVersionReconciler(KubeRest kube) {
        this.kube = kube;
        this.versions = new ExtensionVersions(kube);
    }

    @Override
    public Outcome reconcile(String name) {
        var found = kube.find(Paths.VERSIONS + "/" + name);
        if (found.isEmpty() || isComplete(found.get())) {
            return Outcome.DONE;
        }
        try {
            var chart = ChartArchive.read(versions.chart(found.get()));
            var spec = found.get().path("spec") instanceof ObjectNode object ? object : Json.object();
            ExtensionVersionSpec.extract(spec, chart).ifPresent(extracted -> complete(name, extracted));
            return Outcome.DONE;
        } catch (PreparationException e) {
            return Outcome.again(CHART_RETRY);
        } catch (ArchiveException e) {
            log.atWarn()
                    .addKeyValue("name", name)
                    .addKeyValue("cause", e.getMessage())
                    .log("chart cannot be read");
            return Outcome.DONE;
        }
    }

    private static boolean isComplete(JsonNode version) {
        return !version.at("/spec/repository").asText("").isEmpty()
                || !version.at("/spec/version").asText("").isEmpty()
                || version.at("/metadata/deletionTimestamp").isTextual();
    }

    private void complete(String name, ExtensionVersionSpec.Extracted extracted) {
        if (ExtensionNames.problemOfName(extracted.name()).isPresent()) {
            return;
        }
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
