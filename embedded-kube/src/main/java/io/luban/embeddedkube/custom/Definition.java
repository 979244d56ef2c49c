package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is asked of a stored CustomResourceDefinition. */
record Definition(ObjectNode object) {
    static final GroupResource RESOURCE = new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
    static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    String name() {
        return Trees.name(object);
    }

    JsonNode spec() {
        return object.path("spec");
    }

    String group() {
        return Trees.text(object, "spec", "group");
    }

    JsonNode names() {
        return Trees.at(object, "spec", "names");
    }

    /** The names under which it is served; while others hold a name that it asks for, the ones it had before. */
    JsonNode acceptedNames() {
        var accepted = Trees.at(object, "status", "acceptedNames");
        return accepted.isObject() && !Trees.text(accepted, "plural").isEmpty() ? accepted : names();
    }

    GroupResource instances() {
        return new GroupResource(group(), Trees.text(names(), "plural"));
    }

    List<JsonNode> versions() {
        var versions = new ArrayList<JsonNode>();
        spec().path("versions").forEach(versions::add);
        return versions;
    }

    /** Schemas of all versions by their {@code apiVersion}. */
    Map<String, Structural> structures() {
        var structures = new LinkedHashMap<String, Structural>();
        for (var version : versions()) {
            structures.put(
                    group() + "/" + Trees.text(version, "name"),
                    Structural.parse(version.path("schema").path("openAPIV3Schema")));
        }
        return structures;
    }

    String storageVersion() {
        return versions().stream()
                .filter(version -> version.path("storage").asBoolean())
                .map(version -> Trees.text(version, "name"))
                .findFirst()
                .orElse("");
    }

    boolean isEstablished() {
        return Conditions.isTrue(object, "Established");
    }

    /** Whether another definition has its names. */
    boolean isRefused() {
        return Conditions.isFalse(object, "NamesAccepted");
    }

    /** Whether nobody has judged its names, as when another program wrote it into the store. */
    boolean isUndecided() {
        return !isEstablished() && !isRefused() && !isTerminating();
    }

    boolean isTerminating() {
        return Trees.isTerminating(object);
    }

    boolean hasFinalizer() {
        return Trees.items(Trees.at(object, "metadata", "finalizers")).contains(FINALIZER);
    }
}
