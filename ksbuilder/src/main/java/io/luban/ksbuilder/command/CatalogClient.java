package io.luban.ksbuilder.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The catalog's objects in a cluster. */
final class CatalogClient {
    static final String SYSTEM_NAMESPACE = "kubesphere-system";

    private static final String FIELD_MANAGER = "ksbuilder";
    private static final String GROUP = "/apis/kubesphere.io/v1alpha1/";
    private static final Map<String, String> COLLECTIONS = Map.of(
            "Extension", GROUP + "extensions",
            "ExtensionVersion", GROUP + "extensionversions",
            "InstallPlan", GROUP + "installplans",
            "ConfigMap", "/api/v1/namespaces/" + SYSTEM_NAMESPACE + "/configmaps");

    private final KubeRest kube;

    CatalogClient(KubeRest kube) {
        this.kube = kube;
    }

    /** Creates the object, or takes over the fields it states when it is there already. */
    void apply(ObjectNode object) {
        var kind = object.path("kind").asText();
        var name = object.at("/metadata/name").asText();
        try {
            if (find(kind, name).isPresent()) {
                kube.apply(path(kind, name), object, FIELD_MANAGER, true);
            } else {
                kube.create(collection(kind) + "?fieldManager=" + FIELD_MANAGER, object);
            }
        } catch (ApiException e) {
            throw explained(kind, name, e);
        }
    }

    /** Deletes the object; nothing happens when it is gone. */
    void delete(String kind, String name) {
        try {
            kube.delete(path(kind, name));
        } catch (ApiException e) {
            throw explained(kind, name, e);
        }
    }

    Optional<ObjectNode> find(String kind, String name) {
        return kube.find(path(kind, name));
    }

    /** The versions of an extension. */
    List<JsonNode> versions(String extension) {
        var list = new ArrayList<JsonNode>();
        kube.find(collection("ExtensionVersion") + "?labelSelector=kubesphere.io%2Fextension-ref%3D" + extension)
                .ifPresent(found -> found.path("items").forEach(list::add));
        return list;
    }

    private static CommandException explained(String kind, String name, ApiException failure) {
        boolean isOwnKind = collection(kind).startsWith(GROUP);
        if (failure.code() == 404 && isOwnKind) {
            return new CommandException(
                    ("the cluster does not serve %s of kubesphere.io/v1alpha1: install the platform's"
                                    + " CustomResourceDefinitions first")
                            .formatted(kind));
        }
        return new CommandException("%s %s: %s".formatted(kind, name, failure.getMessage()));
    }

    private static String collection(String kind) {
        var collection = COLLECTIONS.get(kind);
        if (collection == null) {
            throw new IllegalArgumentException("not a kind of the catalog: " + kind);
        }
        return collection;
    }

    private static String path(String kind, String name) {
        return collection(kind) + "/" + name;
    }
}
