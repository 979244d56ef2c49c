package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.util.Optional;

/**
 * Gives APIs, bundles, proxies and entries what their author may leave out: a state, and for bundles the address under
 * which they are served. One that belongs to an extension is never livelier than its plan.
 */
public final class UserInterfaceReconciler implements Reconciler {
    private final KubeRest kube;
    private final String collection;

    /** A reconciler for the objects of one collection path. */
    public UserInterfaceReconciler(KubeRest kube, String collection) {
        this.kube = kube;
        this.collection = collection;
    }

    @Override
    public Outcome reconcile(String name) {
        var found = kube.find(collection + "/" + name);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        var object = found.get();
        var extension = object.at(Labels.pointer("labels", Labels.EXTENSION)).asText("");
        var status = Json.object();
        desiredState(object.at("/status/state").asText(""), extension).ifPresent(state -> status.put("state", state));
        if (collection.endsWith("/jsbundles")
                && object.at("/status/link").asText("").isEmpty()) {
            status.put("link", defaultLink(object, name, extension));
        }
        if (!status.isEmpty()) {
            var patch = Json.object();
            patch.set("status", status);
            kube.patch(collection + "/" + name, patch);
        }
        return Outcome.DONE;
    }

    /** The state to write, if another than the present one is due. */
    private Optional<String> desiredState(String state, String extension) {
        var desired = extension.isEmpty()
                ? ""
                : kube.find(Paths.plan(extension)).map(SurfaceDemand::of).orElse("");
        if (desired.isEmpty()) {
            return state.isEmpty() ? Optional.of("Available") : Optional.empty();
        }
        return desired.equals(state) ? Optional.empty() : Optional.of(desired);
    }

    private static String defaultLink(JsonNode bundle, String name, String extension) {
        if (!extension.isEmpty()) {
            return "/dist/" + extension + "/index.js";
        }
        return "/dist/" + name + "/" + bundle.at("/spec/filenameOverride").asText("index.js");
    }
}
