package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.kube.KubeRest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the namespaces that were made for an extension, unless anything of value is left in it. */
final class NamespaceRemoval {
    private static final Logger log = LoggerFactory.getLogger(NamespaceRemoval.class);
    /** Kinds that come by themselves and hold nothing. */
    private static final Set<String> INCIDENTAL = Set.of("events", "endpoints", "endpointslices", "leases");

    private static final Set<String> DEFAULTS = Set.of("kube-root-ca.crt", "default", "kubesphere-root-ca.crt");

    private final KubeRest kube;

    NamespaceRemoval(KubeRest kube) {
        this.kube = kube;
    }

    /** Removes every namespace that was made for the extension and holds nothing of value. */
    void removeEmpty(String extension) {
        var marks = "kubesphere.io%2Fmanaged%3Dtrue%2Ckubesphere.io%2Fextension-ref%3D" + extension;
        for (var namespace : Lists.items(kube, Paths.NAMESPACES + "?labelSelector=" + marks)) {
            removeIfEmpty(namespace.at("/metadata/name").asText(), extension);
        }
    }

    private void removeIfEmpty(String namespace, String extension) {
        if (isTargetOfAnotherPlan(namespace, extension)) {
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

    private boolean isTargetOfAnotherPlan(String namespace, String extension) {
        return Lists.items(kube, Paths.PLANS).stream()
                .map(InstallPlan::new)
                .filter(plan -> !plan.name().equals(extension))
                .anyMatch(plan -> plan.status().targetNamespace().equals(namespace));
    }

    /** The first few objects that nobody else will clean up. */
    private List<String> leftovers(String namespace, String extension) {
        var left = new ArrayList<String>();
        var served = new ServedCollections(kube);
        for (var collection : served.all()) {
            var resource = collection.resource();
            if (!collection.isNamespaced() || INCIDENTAL.contains(resource)) {
                continue;
            }
            for (var object : served.items(collection.in(namespace))) {
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
}
