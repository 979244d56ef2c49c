package io.luban.controller.extension;

import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;

/** Switches what an extension shows: its APIs, bundles, proxies and entries, never its workloads. */
final class UserInterface {
    private final KubeRest kube;

    UserInterface(KubeRest kube) {
        this.kube = kube;
    }

    /** Makes everything that carries the extension's label available or disabled. */
    void follow(String extension, boolean enabled) {
        var state = enabled ? "Available" : "Disabled";
        for (var collection : Paths.USER_INTERFACE) {
            for (var object : Lists.items(kube, Paths.ofExtension(collection, extension))) {
                if (!object.at("/status/state").asText("").equals(state)) {
                    set(collection + "/" + object.at("/metadata/name").asText(), state);
                }
            }
        }
    }

    private void set(String path, String state) {
        var patch = Json.object();
        patch.putObject("status").put("state", state);
        try {
            kube.patch(path, patch);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }
}
