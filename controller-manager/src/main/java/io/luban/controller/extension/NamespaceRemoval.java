package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the namespace that was made for an extension, unless anything of value is left in it. */
final class NamespaceRemoval {
    private static final Logger log = LoggerFactory.getLogger(NamespaceRemoval.class);
    /** Kinds that come by themselves and hold nothing. */
    private static final Set<String> INCIDENTAL = Set.of("events", "endpoints", "endpointslices", "leases");

    private static final Set<String> DEFAULTS = Set.of("kube-root-ca.crt", "default", "kubesphere-root-ca.crt");

    private final KubeRest kube;

    NamespaceRemoval(KubeRest kube) {
        this.kube = kube;
    }

    void removeIfEmpty(String namespace, String extension) {
        var found = kube.find(Paths.namespace(namespace));
        if (found.isEmpty() || !wasMadeFor(found.get(), extension) || isTargetOfAnotherPlan(namespace, extension)) {
            return;
        }
        var left = leftovers(namespace, extension);
        if (left.isEmpty()) {
            kube.delete(Paths.namespace(namespace));
        } else {
            log.atInfo()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("extension", extension)
                    .addKeyValue("left", left)
                    .log("namespace of a removed extension is kept, something is left in it");
        }
    }

    private static boolean wasMadeFor(JsonNode namespace, String extension) {
        return namespace.at(Labels.pointer("labels", Labels.MANAGED)).asText().equals("true")
                && namespace
                        .at(Labels.pointer("labels", Labels.EXTENSION))
                        .asText()
                        .equals(extension);
    }

    private boolean isTargetOfAnotherPlan(String namespace, String extension) {
        return Lists.items(kube, Paths.PLANS).stream()
                .map(InstallPlan::new)
                .filter(plan -> !plan.name().equals(extension))
                .anyMatch(plan -> plan.status().targetNamespace().equals(namespace));
    }

    /** The first few objects that nobody else will clean up. */
    private List<String> leftovers(String namespace, String extension) {
        var left = new ArrayList<String>();
        for (var collection : namespacedCollections()) {
            var resource = collection.substring(collection.lastIndexOf('/') + 1);
            if (INCIDENTAL.contains(resource)) {
                continue;
            }
            var path = collection.substring(0, collection.length() - resource.length()) + "namespaces/" + namespace
                    + "/" + resource;
            for (var object : items(path)) {
                if (!isIncidental(object) && !isOwn(resource, object, extension)) {
                    left.add(resource + "/" + object.at("/metadata/name").asText());
                }
            }
        }
        return left;
    }

    private static boolean isIncidental(JsonNode object) {
        return DEFAULTS.contains(object.at("/metadata/name").asText())
                || !object.at("/metadata/ownerReferences").isEmpty()
                || object.at("/metadata/deletionTimestamp").isTextual()
                || object.path("type").asText("").equals("kubernetes.io/service-account-token");
    }

    /** Helm leaves the objects of hooks behind; data and what a chart asks to keep stay a reason to stop. */
    private static boolean isOwn(String resource, JsonNode object, String extension) {
        return object.at(Labels.pointer("labels", Labels.EXTENSION)).asText("").equals(extension)
                && !"persistentvolumeclaims".equals(resource)
                && !object.at(Labels.pointer("annotations", "helm.sh/resource-policy"))
                        .asText("")
                        .equals("keep");
    }

    private List<? extends JsonNode> items(String path) {
        try {
            return Lists.items(kube, path);
        } catch (ApiException e) {
            if (e.code() == 405) {
                return List.of();
            }
            throw e;
        }
    }

    private List<String> namespacedCollections() {
        var collections = new ArrayList<String>();
        addResources("/api/v1", collections);
        for (var group : kube.get("/apis").path("groups")) {
            addResources("/apis/" + group.at("/preferredVersion/groupVersion").asText(), collections);
        }
        return collections;
    }

    private void addResources(String base, List<String> collections) {
        for (var resource :
                kube.find(base).map(found -> found.path("resources")).orElse(Json.array())) {
            var name = resource.path("name").asText();
            boolean listed = false;
            for (var verb : resource.path("verbs")) {
                listed |= verb.asText().equals("list");
            }
            if (listed && resource.path("namespaced").asBoolean(false) && !name.contains("/")) {
                collections.add(base + "/" + name);
            }
        }
    }
}
