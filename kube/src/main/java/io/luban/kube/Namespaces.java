package io.luban.kube;

import io.luban.model.ApiException;
import io.luban.model.Json;

/** Namespaces that parts of the platform keep their own objects in. */
public final class Namespaces {
    private static final String COLLECTION = "/api/v1/namespaces";

    private Namespaces() {}

    /** Makes the namespace where it is missing. */
    public static void ensure(KubeRest kube, String name) {
        if (kube.find(COLLECTION + "/" + name).isPresent()) {
            return;
        }
        var namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", name);
        try {
            kube.create(COLLECTION, namespace);
        } catch (ApiException e) {
            // somebody else was faster
            if (e.code() != 409) {
                throw e;
            }
        }
    }
}
