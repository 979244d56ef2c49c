package io.luban.controller.extension;

import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;

/** A namespace that is there for an extension. */
final class ExtensionNamespace {
    private final KubeRest kube;
    private final String extension;

    ExtensionNamespace(KubeRest kube, String extension) {
        this.kube = kube;
        this.extension = extension;
    }

    boolean exists(String name) {
        return kube.find(Paths.namespace(name)).isPresent();
    }

    /** Makes the namespace with the marks by which it is removed with the extension; one that exists is left alone. */
    void ensure(String name) {
        if (exists(name)) {
            return;
        }
        var namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
        namespace
                .putObject("metadata")
                .put("name", name)
                .putObject("labels")
                .put(Labels.EXTENSION, extension)
                .put(Labels.WORKSPACE, Labels.SYSTEM_WORKSPACE)
                .put(Labels.MANAGED, "true");
        try {
            kube.create(Paths.NAMESPACES, namespace);
        } catch (ApiException e) {
            if (e.code() != 409) {
                throw e;
            }
        }
    }
}
