package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The kinds that a cluster serves, and those that the objects of a chart would make it serve. */
final class ServedKinds {
    private final KubeRest kube;
    private final Map<String, Optional<Resource>> known = new HashMap<>();

    ServedKinds(KubeRest kube) {
        this.kube = kube;
    }

    /** How a kind is called in paths and rules. */
    record Resource(String plural, boolean isNamespaced) {}

    /** Counts the definitions among the objects as served. */
    void add(Collection<ObjectNode> objects) {
        for (var object : objects) {
            if (object.path("kind").asText("").equals("CustomResourceDefinition")) {
                var names = object.at("/spec/names");
                var resource = new Resource(
                        names.path("plural").asText(""),
                        object.at("/spec/scope").asText("").equals("Namespaced"));
                for (var version : object.at("/spec/versions")) {
                    var group = object.at("/spec/group").asText("") + "/"
                            + version.path("name").asText("");
                    known.put(group + " " + names.path("kind").asText(""), Optional.of(resource));
                }
            }
        }
    }

    /** The resource of an object; empty when neither the cluster nor the chart knows its kind. */
    Optional<Resource> of(JsonNode object) {
        var apiVersion = object.path("apiVersion").asText("");
        var kind = object.path("kind").asText("");
        var key = apiVersion + " " + kind;
        var present = known.get(key);
        if (present == null) {
            present = discover(apiVersion, kind);
            known.put(key, present);
        }
        return present;
    }

    private Optional<Resource> discover(String apiVersion, String kind) {
        var path = apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
        for (var resource :
                kube.find(path).map(found -> found.path("resources")).orElseGet(io.luban.model.Json::array)) {
            var name = resource.path("name").asText("");
            if (resource.path("kind").asText("").equals(kind) && !name.contains("/")) {
                return Optional.of(
                        new Resource(name, resource.path("namespaced").asBoolean(false)));
            }
        }
        return Optional.empty();
    }
}
