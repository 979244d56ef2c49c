package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.kube.KubeRest;

/**
 * What the hooks of an extension's releases made. Helm forgets these objects, and an uninstallation would leave them
 * behind; those that a chart asks to keep stay.
 */
final class HookObjects {
    private final KubeRest kube;

    HookObjects(KubeRest kube) {
        this.kube = kube;
    }

    /** Removes all of them; for an extension whose releases are gone. */
    void remove(String extension) {
        var served = new ServedCollections(kube);
        var mark = "?labelSelector=kubesphere.io%2Fextension-ref%3D" + extension;
        for (var collection : served.all()) {
            served.items(collection.path() + mark).stream()
                    .filter(HookObjects::isForgotten)
                    .forEach(object -> kube.delete(collection.of(object)));
        }
    }

    private static boolean isForgotten(JsonNode object) {
        return object.at(Labels.pointer("annotations", "helm.sh/hook")).isTextual()
                && !object.at(Labels.pointer("annotations", "helm.sh/resource-policy"))
                        .asText("")
                        .equals("keep");
    }
}
