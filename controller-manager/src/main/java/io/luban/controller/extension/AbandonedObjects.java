package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left of a release that was removed by force. Helm stops at the first thing that it cannot read, such as a kind
 * that is not defined any more, and then removes nothing; it knows of nothing when its own record is damaged or gone.
 */
final class AbandonedObjects {
    private static final Logger log = LoggerFactory.getLogger(AbandonedObjects.class);

    private final KubeRest kube;

    AbandonedObjects(KubeRest kube) {
        this.kube = kube;
    }

    /** Removes every object that carries the marks of the release, except for those that its chart asks to keep. */
    void remove(Release release) {
        var served = new ServedCollections(kube);
        var mark = Paths.ofExtension("", release.extension());
        for (var collection : served.all()) {
            for (var object : served.items(collection.path() + mark)) {
                if (isPartOf(release, object)) {
                    remove(collection.of(object));
                }
            }
        }
    }

    private void remove(String path) {
        try {
            kube.delete(path);
        } catch (ApiException e) {
            // A webhook or an API of the extension itself may be in the way; the others go all the same.
            log.atWarn()
                    .addKeyValue("path", path)
                    .addKeyValue("cause", e.getMessage())
                    .log("object of a release removed by force is left");
        }
    }

    private static boolean isPartOf(Release release, JsonNode object) {
        return annotation(object, "meta.helm.sh/release-name").equals(release.name())
                && annotation(object, "meta.helm.sh/release-namespace")
                        .equals(release.status().targetNamespace())
                && !annotation(object, "helm.sh/resource-policy").equals("keep")
                && !object.at("/metadata/deletionTimestamp").isTextual();
    }

    private static String annotation(JsonNode object, String key) {
        return object.at(Labels.pointer("annotations", key)).asText("");
    }
}
