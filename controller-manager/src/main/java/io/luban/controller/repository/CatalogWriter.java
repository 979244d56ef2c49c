package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.Objects;

/** Writes Extensions and ExtensionVersions of one Repository where they differ from what is there. */
record CatalogWriter(KubeRest kube, String repository, String repositoryUid) {
    private static final int CONFLICTS = 3;

    /** Brings the Extension up to its newest version; answers its uid. */
    String extension(String name, ObjectNode spec) {
        var desired = object("Extension", name);
        labels(desired, name, spec).remove(java.util.List.of(Names.EXTENSION, Names.EARLY_EXTENSION));
        desired.set("spec", Fingerprint.info(spec));
        own(desired, "Repository", repository, repositoryUid);
        return write(Names.EXTENSIONS, name, desired).at("/metadata/uid").asText("");
    }

    /** Brings an ExtensionVersion up to its chart. */
    void version(String extension, String extensionUid, ChartReading.Content content) {
        var spec = content.spec();
        var name = extension + "-" + spec.path("version").asText("");
        var desired = object("ExtensionVersion", name);
        labels(desired, extension, spec);
        if (!content.annotations().isEmpty()) {
            content.annotations().forEach(desired.withObject("/metadata/annotations")::put);
        }
        desired.set("spec", spec);
        own(desired, "Extension", extension, extensionUid);
        write(Names.VERSIONS, name, desired);
    }

    /** Notes that an unchanged chart has moved. */
    void moved(String version, Catalog.Place place) {
        var patch = Json.object();
        if (!place.url().isEmpty()) {
            patch.putObject("spec").put("chartURL", place.url()).putNull("chartDataRef");
        } else {
            patch.putObject("spec").putNull("chartURL").set("chartDataRef", place.reference());
        }
        kube.patch(Names.VERSIONS + "/" + version, patch);
    }

    /** Removes a version that the catalog has no more. */
    void remove(String version) {
        kube.delete(Names.VERSIONS + "/" + version);
    }

    private ObjectNode write(String collection, String name, ObjectNode desired) {
        for (int attempt = 0; ; attempt++) {
            var present = kube.find(collection + "/" + name);
            try {
                if (present.isEmpty()) {
                    return kube.create(collection, desired);
                }
                var merged = merge(present.get(), desired);
                return merged.equals(present.get()) ? merged : kube.update(collection + "/" + name, merged);
            } catch (ApiException e) {
                if (e.code() != 409 || attempt >= CONFLICTS) {
                    throw e;
                }
            }
        }
    }

    /** What is there with the labels, annotations and the owner added and the spec replaced. */
    private static ObjectNode merge(ObjectNode present, ObjectNode desired) {
        var merged = present.deepCopy();
        for (var part : new String[] {"labels", "annotations"}) {
            var wanted = desired.path("metadata").path(part);
            if (!wanted.isEmpty()) {
                var target = merged.withObject("/metadata").withObject("/" + part);
                wanted.properties().forEach(entry -> target.set(entry.getKey(), entry.getValue()));
            }
        }
        var spec = (ObjectNode) desired.path("spec").deepCopy();
        // A default of the definition is no difference.
        var mode = present.path("spec").path("installationMode");
        if (mode.isTextual() && !spec.has("installationMode")) {
            spec.put("installationMode", "HostOnly");
        }
        if (!Json.sameValue(spec, merged.path("spec"))) {
            merged.set("spec", spec);
        }
        addOwner(merged, (ObjectNode) desired.at("/metadata/ownerReferences/0"));
        return merged;
    }

    private static void addOwner(ObjectNode object, ObjectNode owner) {
        var owners = object.withObject("/metadata").withArray("/ownerReferences");
        for (int i = owners.size() - 1; i >= 0; i--) {
            var other = owners.path(i);
            if (other.path("kind").equals(owner.path("kind"))) {
                if (Objects.equals(other.path("uid"), owner.path("uid"))) {
                    return;
                }
                // It names an object that was made again since.
                owners.remove(i);
            }
        }
        owners.add(owner);
    }

    private ObjectNode labels(ObjectNode object, String extension, ObjectNode spec) {
        var labels = object.withObject("/metadata/labels");
        labels.put(Names.REPOSITORY, repository).put(Names.EARLY_REPOSITORY, repository);
        labels.put(Names.EXTENSION, extension).put(Names.EARLY_EXTENSION, extension);
        var category = spec.path("category").asText("");
        if (isLabelValue(category)) {
            labels.put(Names.CATEGORY, category).put(Names.EARLY_CATEGORY, category);
        }
        return labels;
    }

    static boolean isLabelValue(String text) {
        return text.length() <= 63 && text.matches("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    }

    private static void own(ObjectNode object, String kind, String name, String uid) {
        object.withObject("/metadata")
                .withArray("/ownerReferences")
                .addObject()
                .put("apiVersion", Names.API_VERSION)
                .put("kind", kind)
                .put("name", name)
                .put("uid", uid);
    }

    private static ObjectNode object(String kind, String name) {
        var object = Json.object().put("apiVersion", Names.API_VERSION).put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    /** Fields that were read of a version before, without its chart. */
    ObjectNode specOf(String version) {
        return kube.find(Names.VERSIONS + "/" + version)
                .map(found -> found.path("spec"))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .orElseThrow(() -> ApiException.internal("extension version \"%s\" vanished".formatted(version)));
    }
}
